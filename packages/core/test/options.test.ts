/** Options: an error names the wrong option, and options that cannot work are refused. */
import { createSessions, type SessionsOptions, UsageError } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { type Protocol, textProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from './harness.ts';

const clock = new SimulatedClock();
const create = (options: object) =>
  createSessions({ authenticate: admin, clock, ...options } as SessionsOptions);

describe('createSessions', () => {
  it.each<[object, string]>([
    [{ authenticate: undefined }, 'authenticate must be a function, not undefined'],
    [{ authenticate: 'admin:123456' }, 'authenticate must be a function, not "admin:123456"'],
    [{ application: 42 }, 'application must be a function, not 42'],
    [
      { channels: {} },
      'channels must be a service of channels, such as `createChannels(…)` makes, not an object',
    ],
    [
      { channels: { serve: () => undefined, ended: () => undefined } },
      'channels must be a service of channels, such as `createChannels(…)` makes, not an object',
    ],
    [
      { channels: null },
      'channels must be a service of channels, such as `createChannels(…)` makes, not null',
    ],
    [{ onFault: true }, 'onFault must be a function, not true'],
    [{ chance: 0.5 }, 'chance must be a function, not 0.5'],
    [{ clock: undefined }, "clock must be a clock, such as an adapter's `systemClock`, not undefined"],
    [{ clock: { now: () => 0 } }, "clock must be a clock, such as an adapter's `systemClock`, not an object"],
    [
      { clock: { now: () => 0, setTimeout: () => 0, clearTimeout: 0 } },
      "clock must be a clock, such as an adapter's `systemClock`, not an object",
    ],
    [
      { clock: { now: () => 0, setTimeout: () => 0, clearTimeout: () => 0, wallNow: 0 } },
      "clock must be a clock, such as an adapter's `systemClock`, not an object",
    ],
    [{ protocols: [] }, 'protocols must name at least one'],
    [{ protocols: textProtocol }, 'protocols must be an array of protocols, not an object'],
    [{ protocols: 'text' }, 'protocols must be an array of protocols, not "text"'],
    [
      { protocols: [textProtocol, {}] },
      'protocols[1] must be a protocol, such as `jsonProtocol`, not an object',
    ],
    [{ protocols: [undefined] }, 'protocols[0] must be a protocol, such as `jsonProtocol`, not undefined'],
    ...[
      { decode: undefined },
      { encode: undefined },
      { name: undefined },
      { subprotocol: 5 },
      { heartbeat: 5 },
      { defaultLimits: undefined },
      { defaultLimits: { authenticationMs: 0, silenceMs: 1 } },
      { defaultLimits: { authenticationMs: 1, silenceMs: 0 } },
      { defaultLimits: { authenticationMs: 1, silenceMs: Number.NaN } },
    ].map(
      (wrong) =>
        [{ protocols: [{ ...textProtocol, ...wrong }] }, 'protocols[0] must be a protocol'] as [
          object,
          string,
        ],
    ),
    // A string also has `includes`, and would admit every part of it.
    [{ origins: 'https://a.example' }, 'origins must be an array of strings, not "https://a.example"'],
    [{ origins: [5] }, 'origins must be an array of strings, not an array'],
    [{ allowedHosts: 'a.example' }, 'allowedHosts must be an array of strings, not "a.example"'],
    [{ allowedHosts: ['*'] }, 'allowedHosts must be host names without a port'],
    [{ trustedProxies: '10.0.0.1' }, 'trustedProxies must be an array of strings, not "10.0.0.1"'],
    [{ trustedProxies: [undefined] }, 'trustedProxies must be an array of strings, not an array'],
    [{ newestSignInWins: 'no' }, 'newestSignInWins must be true or false, not "no"'],
    [{ observe: 'x' }, 'observe must be an object of handlers, not "x"'],
    [{ observe: [] }, 'observe must be an object of handlers, not an array'],
    [{ observe: { closed: 5 } }, 'observe.closed must be a function, not 5'],
    [{ observe: { upgradeRefused: null } }, 'observe.upgradeRefused must be a function, not null'],
    [{ engine: {} }, 'engine must be an engine, such as `compiledEngine`, not an object'],
    [{ engine: { start: () => 0 } }, 'engine must be an engine, such as `compiledEngine`, not an object'],
    [{ engine: null }, 'engine must be an engine, such as `compiledEngine`, not null'],
    [{ limits: 5 }, 'limits must be an object of limits, not 5'],
    [{ limits: null }, 'limits must be an object of limits, not null'],
    [{ application: Symbol('x') }, 'application must be a function, not Symbol(x)'],
    [
      { limits: { attempts: () => 5 } },
      'limits.attempts must be a whole number of at least 1, not a function',
    ],
    [{ limits: { attempts: 0 } }, 'limits.attempts must be a whole number of at least 1, not 0'],
    [
      { limits: { attempts: Number.POSITIVE_INFINITY } },
      'limits.attempts must be a whole number of at least 1, not Infinity',
    ],
    [{ limits: { idleMs: 0 } }, 'limits.idleMs must be a whole number of at least 1, or Infinity, not 0'],
    [
      { limits: { pingMs: 35_000 } },
      'limits.pingMs must be less than silenceMs (35000 in the protocol json), or Infinity, not 35000',
    ],
    [
      { limits: { silenceMs: 25_000 } },
      'limits.pingMs must be less than silenceMs (25000 in the protocol text), or Infinity, not 25000',
    ],
    [
      { limits: { pingMs: 300_000 }, protocols: [textProtocol] },
      'limits.pingMs must be less than silenceMs (300000 in the protocol text), or Infinity, not 300000',
    ],
    [
      { limits: { closeMs: Number.NaN } },
      'limits.closeMs must be a whole number of at least 1, or Infinity, not NaN',
    ],
    [
      { limits: { pingMs: '16kb' } },
      'limits.pingMs must be a whole number of at least 1, or Infinity, not "16kb"',
    ],
    [{ limits: { burst: 1.5 } }, 'limits.burst must be a whole number of at least 1, or Infinity, not 1.5'],
    [
      { limits: { attempt: 1 } },
      'limits.attempt is not an option of createSessions; did you mean limits.attempts?',
    ],
    [
      { limits: { messagesBytes: 1 } },
      'limits.messagesBytes is not an option of createSessions; did you mean limits.messageBytes?',
    ],
    [{ limits: { toString: 1 } }, 'limits.toString is not an option of createSessions'],
    [{ limit: {} }, 'limit is not an option of createSessions; did you mean limits?'],
    [{ origin: undefined }, 'origin is not an option of createSessions; did you mean origins?'],
    [
      { observe: { onClosed: () => undefined } },
      'observe.onClosed is not an option of createSessions; did you mean observe.closed?',
    ],
  ])('createSessions refuses %j', (options, message) => {
    expect(() => create(options)).toThrow(UsageError);
    expect(() => create(options)).toThrow(message);
  });

  it.each<[unknown]>([[undefined], [null], ['text'], [[]]])(
    'createSessions refuses %j in place of the options',
    (options) => {
      const nothing = () => createSessions(options as never);
      expect(nothing).toThrow(UsageError);
      expect(nothing).toThrow('options must be an object, not ');
    },
  );

  it('createSessions refuses a value that cannot be turned into text', () => {
    const mute = Object.create(null);
    expect(() => create({ application: mute })).toThrow('application must be a function, not an object');
  });

  it('createSessions takes undefined for the default of any option, and a class instance as the observer', () => {
    class Log {
      readonly lines: string[] = [];
      readonly write = (line: string) => this.lines.push(line);
      opened() {}
    }
    const names = [
      'application',
      'protocols',
      'origins',
      'allowedHosts',
      'trustedProxies',
      'newestSignInWins',
      'limits',
    ];
    const others = ['observe', 'onFault', 'chance', 'engine'];
    const absent = Object.fromEntries([...names, ...others].map((name) => [name, undefined]));
    expect(create(absent).limits.attempts).toBe(5);
    expect(create({ observe: new Log(), newestSignInWins: true, origins: ['null'] }).size).toBe(0);
    expect(create({ observe: { lines: [], opened() {} } }).size).toBe(0);
  });

  it('the error names the option', () => {
    let caught: unknown;
    try {
      create({ limits: { attempts: -1 } });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'UsageError', option: 'limits.attempts' });
  });

  it('a limit that is absent or undefined has its default', () => {
    const { limits } = create({ limits: { attempts: undefined, closeMs: 10 } });
    expect(limits).toMatchObject({ attempts: 5, closeMs: 10, messageBytes: 65_536 });
  });

  it('a limit can be switched off', () => {
    const none = Number.POSITIVE_INFINITY;
    expect(create({ limits: { replyMs: none } }).limits.replyMs).toBe(none);
  });

  it('pingMs may be anything below silenceMs, or no pings at all', () => {
    const none = Number.POSITIVE_INFINITY;
    for (const limits of [
      { pingMs: 34_999 },
      { pingMs: 60_000, silenceMs: 60_001 },
      { pingMs: none },
      { pingMs: none, silenceMs: 1_000 },
      { pingMs: 500_000, silenceMs: none },
    ])
      expect(create({ limits }).limits).toMatchObject(limits);
    expect(create({ limits: { pingMs: 299_999 }, protocols: [textProtocol] }).limits.pingMs).toBe(299_999);
  });

  it('open() prefers a protocol without a subprotocol, and takes the first otherwise', () => {
    const named = { ...textProtocol, name: 'named', subprotocol: 'named' };
    const speaks = (protocols: Protocol[]) => {
      const sessions = create({ protocols });
      sessions.open(new RecordingConnection(), { address: '' });
      return [...sessions][0]?.protocol;
    };
    expect([speaks([named, textProtocol]), speaks([named])]).toEqual(['text', 'named']);
  });

  it('countUnsentBytes sums what the sessions have not sent, and asks only those that buffer', () => {
    const sessions = create({});
    const signIn = (bufferedAmount: number) => {
      const connection = new RecordingConnection();
      const receiver = sessions.open(connection, { address: '' });
      connection.opened(receiver);
      connection.bufferedAmount = bufferedAmount;
      connection.sendResult = bufferedAmount > 0 ? 'buffered' : 'sent';
      receiver.receive('admin:123456', 12);
      return connection;
    };
    expect(sessions.countUnsentBytes()).toBe(0);
    const first = signIn(700);
    signIn(50);
    signIn(0).bufferedAmount = 9;
    expect(sessions.countUnsentBytes()).toBe(750);
    first.closed();
    expect(sessions.countUnsentBytes()).toBe(50);
  });

  it('countByState counts sessions by state', () => {
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
