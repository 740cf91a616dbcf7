/** Stories of parts that are not the core's own and break: nothing escapes, and no step stops half-way. */
import { textProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { CONGRATULATION, gate } from '../gate.ts';

const broken = () => {
  throw new Error('broken');
};

describe('an observer that throws', () => {
  it('is reported for each throw, and everything goes on', () => {
    const names = [
      'opened',
      'verifying',
      'refused',
      'authenticated',
      'closed',
      'fact',
      'transition',
      'command',
    ];
    const { connect, faults, sessions } = gate({
      observe: Object.fromEntries(names.map((name) => [name, broken])),
    });
    const client = connect();
    client.say('admin:1', 'admin:123456', 'hello');
    client.connection.closed(1000);
    expect(client.heard().slice(1)).toEqual([CONGRATULATION, 'your submit context: hello']);
    expect(sessions.size).toBe(0);
    expect(new Set(faults.map(({ source }) => source))).toEqual(new Set(['observer']));
    expect(sessions.counters.faults).toBe(faults.length);
  });
});

describe('a connection that throws', () => {
  it('in send is a message dropped', () => {
    const { signIn, faults, endings } = gate();
    const client = signIn();
    client.connection.sendResult = broken;
    client.say('hello');
    expect(faults).toMatchObject([{ source: 'connection' }]);
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
  });

  it('in close, ping or terminate is reported, and the session ends all the same', () => {
    const { signIn, faults, clock, sessions } = gate();
    const client = signIn();
    Object.assign(client.connection, { close: broken, ping: broken, terminate: broken });
    clock.advance(25_000);
    client.session.close();
    clock.advance(3_000);
    expect(faults.map(({ source }) => source)).toEqual(['connection', 'connection', 'connection']);
    expect(sessions.size).toBe(0);
  });

  it('in bufferedAmount is not waited for', () => {
    const { signIn, endings } = gate();
    const client = signIn();
    client.connection.sendResult = 'buffered';
    Object.defineProperty(client.connection, 'bufferedAmount', { get: broken });
    client.say('hello');
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
  });
});

describe('a protocol that throws', () => {
  it('when it reads makes the message malformed', () => {
    const { connect, faults } = gate({ protocols: [{ ...textProtocol, decode: broken }] });
    const client = connect();
    client.say('admin:123456');
    expect(client.heard()).toEqual(['close 4400']);
    expect(faults).toMatchObject([{ source: 'protocol' }]);
  });

  it('when it writes makes the message dropped', () => {
    const { connect, faults } = gate({ protocols: [{ ...textProtocol, encode: broken }] });
    const client = connect();
    client.say('admin:123456');
    expect(client.heard()).toEqual(['terminated']);
    expect(faults).toMatchObject([{ source: 'protocol' }]);
  });
});

describe('whoever is told of faults', () => {
  it('and throws is left alone', () => {
    const { signIn, sessions } = gate({ application: broken, onFault: broken });
    const client = signIn();
    client.say('hello');
    expect(client.heard().at(-1)).toBe('close 1011');
    expect(sessions.counters.faults).toBe(1);
  });

  it('may be nobody', () => {
    const { signIn } = gate({ application: broken, onFault: undefined as never });
    const client = signIn();
    client.say('hello');
    expect(client.heard().at(-1)).toBe('close 1011');
  });
});

describe('an adapter that opens twice', () => {
  it('opened once', () => {
    const { connect, sessions } = gate();
    const client = connect();
    client.receiver.opened();
    expect([client.heard(), sessions.counters.opened]).toEqual([[], 1]);
  });
});
