/** The tools for tests: they hold the core to its contract, so they are held to theirs. */
import { createSessions } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { admin } from './gate.ts';

describe('a test of ten lines', () => {
  it('needs no network and no waiting', () => {
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

describe('a recording connection', () => {
  it('is not to be called before it is opened or after it is closed', () => {
    const connection = new RecordingConnection();
    expect(() => connection.send('early')).toThrow('called when it was not open: {"sent":"early"}');
    connection.closed();
    expect(() => connection.ping()).toThrow('called when it was not open');
  });
});

describe('a simulated clock', () => {
  it('calls back in the order of time, then of arming, and what is armed meanwhile too', () => {
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
