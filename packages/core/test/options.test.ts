/** Options: what is wrong with one is said with its name, and nothing is taken that cannot work. */
import { createSessions, type SessionsOptions, UsageError } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { type Protocol, textProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from './gate.ts';

const clock = new SimulatedClock();
const create = (options: object) =>
  createSessions({ authenticate: admin, clock, ...options } as SessionsOptions);

describe('createSessions', () => {
  it.each([
    [{ authenticate: undefined }, 'authenticate must be a function, not undefined'],
    [{ authenticate: 'admin:123456' }, 'authenticate must be a function, not "admin:123456"'],
    [{ application: 42 }, 'application must be a function, not 42'],
    [{ onFault: true }, 'onFault must be a function, not true'],
    [{ chance: 0.5 }, 'chance must be a function, not 0.5'],
    [{ clock: undefined }, "clock must be a clock, such as an adapter's `systemClock`, not undefined"],
    [{ protocols: [] }, 'protocols must name at least one'],
    [{ limits: { attempts: 0 } }, 'limits.attempts must be a whole number of at least 1, or Infinity, not 0'],
    [
      { limits: { closeMs: Number.NaN } },
      'limits.closeMs must be a whole number of at least 1, or Infinity, not NaN',
    ],
    [
      { limits: { pingMs: '16kb' } },
      'limits.pingMs must be a whole number of at least 1, or Infinity, not "16kb"',
    ],
    [{ limits: { burst: 1.5 } }, 'limits.burst must be a whole number of at least 1, or Infinity, not 1.5'],
    [{ limits: { attempt: 1 } }, 'limits.attempt is no limit; see the type Limits for those there are'],
    [{ limits: { toString: 1 } }, 'limits.toString is no limit; see the type Limits for those there are'],
  ])('refuses %j', (options, message) => {
    expect(() => create(options)).toThrow(UsageError);
    expect(() => create(options)).toThrow(message);
  });

  it('names the option in the error', () => {
    let caught: unknown;
    try {
      create({ limits: { attempts: -1 } });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'UsageError', option: 'limits.attempts' });
  });

  it('takes limits that are not given, or given as undefined, for their defaults', () => {
    const { limits } = create({ limits: { attempts: undefined, closeMs: 10 } });
    expect(limits).toMatchObject({ attempts: 5, closeMs: 10, messageBytes: 65_536 });
  });

  it('can be told that there is no limit', () => {
    expect(create({ limits: { attempts: Number.POSITIVE_INFINITY } }).limits.attempts).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('opens with what is spoken to clients that offer nothing, or with what there is', () => {
    const named = { ...textProtocol, name: 'named', subprotocol: 'named' };
    const speaks = (protocols: Protocol[]) => {
      const sessions = create({ protocols });
      sessions.open(new RecordingConnection(), { address: '' });
      return [...sessions][0]?.protocol;
    };
    expect([speaks([named, textProtocol]), speaks([named])]).toEqual(['text', 'named']);
  });

  it('counts sessions by state', () => {
    const sessions = create({});
    const connection = new RecordingConnection();
    const first = sessions.open(connection, { address: '' });
    sessions.open(new RecordingConnection(), { address: '' });
    connection.opened(first);
    first.receive('admin:123456', 12);
    expect(sessions.countByState()).toEqual({
      'established.steady': 1,
      'authenticating.awaitingCredentials': 1,
    });
  });
});
