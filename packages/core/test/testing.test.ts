/** The tools for tests (`@sallyport/core/testing`) keep their own contract. */
import { accept, createSessions, refuse } from '@sallyport/core';
import { RecordingConnection, runPath, SimulatedClock } from '@sallyport/core/testing';
import { jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { admin } from './harness.ts';

describe('the example test of ten lines', () => {
  it('the example test needs no network and no waiting', () => {
    const clock = new SimulatedClock();
    const sessions = createSessions({ authenticate: admin, clock });
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    receiver.receive('admin:1', 7);
    clock.advance(60_000);
    expect(connection.recorded.at(-1)).toEqual({ close: 4408, reason: 'not signed in in time' });
  });
});

describe('runPath', () => {
  const slow = async () => {
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
  };

  it('runPath waits for the authenticator and for the application', async () => {
    const { received, faults, state, ending } = await runPath(
      {
        authenticate: async () => {
          await slow();
          return accept('ada');
        },
        application: async (message) => {
          await slow();
          if (message === '€é😀') throw new Error('not this one');
          return `${message}!`;
        },
      },
      [
        { sendOnly: 'ada:x' },
        { sendOnly: 'one' },
        { send: 'two' },
        { send: new Uint8Array(2) },
        { send: '€é😀' },
      ],
    );
    expect(received).toEqual([
      'congratulation, you have connect with server\r\nnow, you can do something else',
      'one!',
      'two!',
      '0,0!',
    ]);
    expect(faults.map(({ source }) => source)).toEqual(['application']);
    expect([state, ending?.reason]).toEqual(['closed', 'applicationFailed']);
  });

  it('runPath waits for the handler of a request', async () => {
    const { received } = await runPath(
      {
        authenticate: admin,
        protocols: [jsonProtocol],
        requests: async ({ method }) => {
          await slow();
          return method;
        },
      },
      [
        { send: '{"type":"authenticate","username":"admin","password":"123456"}' },
        { send: '{"type":"request","id":1,"method":"ping"}' },
      ],
    );
    expect(received.slice(1)).toEqual(['{"type":"response","id":1,"result":"ping"}']);
  });

  it('runPath returns what happened, and the observers of the options see it too', async () => {
    const seen: string[] = [];
    const { facts, commands, recorded } = await runPath(
      {
        authenticate: refuse,
        onFault: () => seen.push('fault'),
        observe: {
          fact: () => seen.push('fact'),
          command: () => seen.push('command'),
          transition: () => seen.push('transition'),
          closed: () => {
            seen.push('closed');
            throw new Error('an observer');
          },
        },
        limits: { attempts: 1 },
      },
      [{ send: 'a:b' }, { send: 'this is not read' }],
    );
    expect(facts.map(({ type }) => type)).toEqual([
      'credentials.received',
      'credentials.refused',
      'connection.closed',
    ]);
    expect(commands.map(({ type }) => type)).toContain('close');
    expect(recorded.at(-1)).toEqual({ close: 4401, reason: 'too many wrong credentials' });
    expect(new Set(seen)).toEqual(new Set(['fact', 'command', 'transition', 'closed', 'fault']));
  });

  it('runPath has an act for everything that happens from outside', async () => {
    const reasonOf = async (...acts: Parameters<typeof runPath>[1]) =>
      (await runPath({ authenticate: admin }, [{ send: 'admin:123456' }, ...acts])).ending?.reason;
    expect(await reasonOf({ wait: 3_600_000 })).toBe(undefined);
    expect(await reasonOf({ fallSilent: true }, { wait: 300_000 })).toBe('silent');
    expect(await reasonOf({ leave: 1000 })).toBe('clientLeft');
    expect(await reasonOf({ revoke: 'admin' })).toBe('revoked');
    expect(await reasonOf({ drain: true })).toBe('draining');
  });

  it('runPath does not wait for an authenticator that never answers', async () => {
    const authenticate = () => new Promise<never>(() => undefined);
    const { ending } = await runPath({ authenticate }, [{ sendOnly: 'a:b' }, { wait: 5_000 }]);
    expect(ending?.reason).toBe('verificationTimedOut');
  });
});

describe('runPath with channels', () => {
  it('runPath waits for the service of channels, and tells it of refreshes and of the end', async () => {
    const told: string[] = [];
    const { received, ending } = await runPath(
      {
        authenticate: () => accept('ada'),
        protocols: [jsonProtocol],
        channels: {
          async serve(request) {
            for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
            request.answer({ type: 'unsubscribed', channel: request.operation.channel });
          },
          ended: () => told.push('ended'),
          refreshed: () => told.push('refreshed'),
        },
      },
      [
        { send: '{"type":"authenticate","token":"a"}' },
        { send: '{"type":"unsubscribe","id":1,"channel":"a"}' },
        { send: '{"type":"refresh","token":"b"}' },
        { revoke: 'ada' },
      ],
    );
    expect(received[1]).toBe('{"type":"unsubscribed","id":1,"channel":"a"}');
    expect(told).toEqual(['refreshed', 'ended']);
    expect(ending?.reason).toBe('revoked');
  });
});

describe('RecordingConnection', () => {
  it('RecordingConnection refuses calls before it is opened and after it is closed', () => {
    const connection = new RecordingConnection();
    expect(() => connection.send('early')).toThrow(
      'core called the connection before opened() or after closed(): {"sent":"early"}',
    );
    connection.closed();
    expect(() => connection.ping()).toThrow('core called the connection before opened() or after closed()');
  });
});

describe('SimulatedClock', () => {
  it('SimulatedClock calls back in the order of time, then of arming, timers armed meanwhile included', () => {
    const clock = new SimulatedClock();
    const rang: string[] = [];
    const ring = (name: string) => () => rang.push(`${name} at ${clock.now()}`);
    clock.setTimeout(ring('late'), 20);
    clock.setTimeout(ring('early'), 10);
    clock.setTimeout(ring('early too'), 10);
    clock.setTimeout(() => clock.setTimeout(ring('meanwhile'), 5), 10);
    clock.clearTimeout(clock.setTimeout(ring('never'), 10));
    clock.advance(30);
    expect(rang).toEqual(['early at 10', 'early too at 10', 'meanwhile at 15', 'late at 20']);
    expect([clock.now(), clock.pending]).toEqual([30, 0]);
  });
});
