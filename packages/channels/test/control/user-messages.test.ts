/** Messages to all sessions of a user, on every node. */
import { allow, createChannels } from '@sallyport/channels';
import { createSessions } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { settled } from '../harness.ts';
import { byName, cluster } from './cluster.ts';

describe('a message to a user', () => {
  it('reaches all sessions of the user on all nodes, in order, and no other', async () => {
    const [one, two] = await cluster().two();
    const [here, there, other] = [one.signIn('ada'), two.signIn('ada'), two.signIn('eve')];
    expect(await one.channels.publishTo('ada', 'hi')).toBe('published');
    expect(await two.channels.publishTo('ada', { data: { count: 1 } })).toBe('published');
    await settled();
    expect(here.messages).toEqual(['hi', { data: { count: 1 } }]);
    expect(there.messages).toEqual(here.messages);
    expect(other.messages).toEqual([]);
  });

  it('waits for a node that is cut off for a short time', async () => {
    const [one, two] = await cluster().two();
    const there = two.signIn('ada');
    two.cut();
    await one.channels.publishTo('ada', 'hi');
    await settled();
    expect(there.messages).toEqual([]);
    await two.mend();
    expect(there.messages).toEqual(['hi']);
  });

  it('is unavailable or unknown as the broker says, and with the same key is sent once', async () => {
    const [one, two] = await cluster().two();
    const there = two.signIn('ada');
    one.broker.unavailable.add('append');
    expect(await one.channels.publishTo('ada', 'lost')).toBe('unavailable');
    one.broker.unavailable.clear();
    one.broker.appendAnswer = { type: 'unknown' };
    expect(await one.channels.publishTo('ada', 'hi', { key: 'k' })).toBe('unknown');
    one.broker.appendAnswer = undefined;
    expect(await one.channels.publishTo('ada', 'hi', { key: 'k' })).toBe('published');
    await settled();
    expect(there.messages).toEqual(['hi']);
  });

  it('needs no broker: one node alone sends it at once', async () => {
    const clock = new SimulatedClock();
    const channels = createChannels({ authorize: () => allow(), clock, random: Math.random });
    const sessions = createSessions({ authenticate: byName, clock, channels });
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    receiver.receive('ada:x', 5);
    const pending = clock.pending;
    expect(await channels.publishTo('ada', 'hi')).toBe('published');
    expect(connection.recorded.at(-1)).toEqual({ sent: 'hi' });
    expect(await sessions.revoke('ada')).toBe('everywhere');
    expect(clock.pending).toBeLessThanOrEqual(pending + 1);
  });

  it('that cannot be sent is a mistake of the caller', async () => {
    const [one] = await cluster().two();
    const send = (...args: unknown[]) => one.channels.publishTo(...(args as ['ada', 'hi']));
    await expect(send('', 'hi')).rejects.toThrow('user must be');
    await expect(send(1, 'hi')).rejects.toThrow('user must be');
    await expect(send('ada', new Uint8Array(1))).rejects.toThrow('message must be a string, or { data }');
    await expect(send('ada', { data: undefined })).rejects.toThrow('data must be JSON');
    await expect(send('ada', 'x'.repeat(65_537))).rejects.toThrow('message must be at most 65536 bytes');
    await expect(send('ada', 'hi', { key: 'a b' })).rejects.toThrow('key must be');
  });
});
