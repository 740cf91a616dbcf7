/** The broker in memory: its options, its limits, and that it needs no timer. The stories of `describeBroker` test its duties. */
import { createMemoryBroker, createMemoryLogs, type MemoryBrokerOptions } from '@sallyport/channels';
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';

/** Numbers that never repeat in a test, so that no two tags are the same by chance. */
function counting(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count / 0x1_0000_0000;
  };
}

function brokerWith(options: Partial<MemoryBrokerOptions> = {}) {
  const clock = new SimulatedClock();
  const broker = createMemoryBroker({ clock, random: counting(), ...options });
  const retention = { size: 10, ms: 1_000_000 };
  return {
    clock,
    broker,
    append: (channel: string, json = '1', more = {}) => broker.append(channel, json, { retention, ...more }),
    epochOf: async (channel: string) => {
      const [outcome] = await broker.tops([channel]);
      return outcome?.type === 'top' ? outcome.top.epoch : undefined;
    },
    historyOf: async (channel: string) => {
      const outcome = await broker.read(channel, undefined, 100);
      return outcome.type === 'read' ? outcome.publications.map(({ json }) => json) : [];
    },
  };
}

describe('the broker in memory', () => {
  it('creates epochs of 64 random bits and tags of 32', async () => {
    const { append } = brokerWith({ random: () => 0.5 });
    expect(await append('a')).toEqual({
      type: 'appended',
      position: { epoch: '8000000080000000', offset: 1, tag: '80000000' },
    });
  });

  it('arms no timer, so that it keeps no process alive', async () => {
    const { broker, append, clock } = brokerWith();
    await append('a', '1', { key: 'k' });
    await broker.lease('n', 1_000);
    expect(clock.pending).toBe(0);
  });

  it('drops a channel that was not used for `metaMs`, and no other', async () => {
    const { epochOf, clock, append } = brokerWith({ metaMs: 1_000 });
    const [old, used] = [await epochOf('old'), await epochOf('used')];
    clock.advance(999);
    expect(await epochOf('used')).toBe(used);
    clock.advance(1);
    await append('other');
    expect(await epochOf('used')).toBe(used);
    expect(await epochOf('old')).not.toBe(old);
  });

  it('keeps a channel past `metaMs` while a node follows it, or while it has history or a field', async () => {
    const { broker, epochOf, clock, append } = brokerWith({ metaMs: 1_000 });
    await broker.follow('followed');
    await append('history');
    await append('field', '1', { retention: { size: 0, ms: 0 }, state: { field: 'f', value: 'v' } });
    const channels = ['followed', 'history', 'field'];
    const epochs = await Promise.all(channels.map(epochOf));
    clock.advance(2_000);
    for (const other of ['x', 'y', 'z']) await append(other);
    expect(await Promise.all(channels.map(epochOf))).toEqual(epochs);
  });

  it('drops the channels that were not used for longest past `channels`', async () => {
    const { broker, epochOf } = brokerWith({ channels: 3 });
    await broker.follow('followed');
    const [a, b] = [await epochOf('a'), await epochOf('b')];
    await epochOf('c');
    expect(await epochOf('b')).toBe(b);
    expect(await epochOf('a')).not.toBe(a);
  });

  it('keeps the channel in use, also where all others are followed and there are too many', async () => {
    const { broker, epochOf } = brokerWith({ channels: 1 });
    await broker.follow('a');
    await broker.follow('b');
    const c = await epochOf('c');
    expect(await epochOf('c')).toBe(c);
  });

  it('E39: drops the history of the channel without an append for longest past `historyBytes`', async () => {
    const { append, historyOf } = brokerWith({ historyBytes: 2_500 });
    const big = JSON.stringify('x'.repeat(1_000));
    await append('a', big);
    await append('b', big);
    expect(await historyOf('a')).toHaveLength(1);
    await append('c', big);
    expect(await historyOf('a')).toEqual([]);
    expect(await historyOf('b')).toEqual([big]);
    expect(await historyOf('c')).toEqual([big]);
  });

  it('counts history that has become too old as free', async () => {
    const { append, historyOf, clock } = brokerWith({ historyBytes: 2_500 });
    const big = JSON.stringify('x'.repeat(1_000));
    await append('old', big, { retention: { size: 10, ms: 10 } });
    await append('b', big);
    clock.advance(10);
    expect(await historyOf('old')).toEqual([]);
    await append('c', big);
    expect(await historyOf('b')).toEqual([big]);
  });

  it('E43: answers `unavailable` past `keys`, because an older key may still be used again', async () => {
    const { append, clock } = brokerWith({ keys: 1, keyMs: 1_000 });
    const first = await append('a', '1', { key: 'one' });
    expect(await append('a', '2', { key: 'two' })).toEqual({
      type: 'unavailable',
      reason: 'too many keys within keyMs',
    });
    expect(await append('a', '1', { key: 'one' })).toEqual(first);
    clock.advance(1_000);
    expect(await append('a', '2', { key: 'two' })).toMatchObject({ position: { offset: 2 } });
  });

  it('E43: one user has at most `keysPerUser` keys, and takes the room of no other user and not of the server', async () => {
    const { append, clock } = brokerWith({ keysPerUser: 2, keyMs: 1_000 });
    const typeOf = async (user: string | undefined, key: string) =>
      (await append('a', '1', { user, key })).type;
    expect([await typeOf('eve', 'k1'), await typeOf('eve', 'k2'), await typeOf('eve', 'k3')]).toEqual([
      'appended',
      'appended',
      'unavailable',
    ]);
    // A key that is kept, an append without a key, another user, and the server.
    expect(await append('a', '1', { user: 'eve', key: 'k1' })).toMatchObject({ position: { offset: 1 } });
    expect(await append('a', '1', { user: 'eve' })).toMatchObject({ position: { offset: 3 } });
    expect([await typeOf('ada', 'k3'), await typeOf(undefined, 'k3')]).toEqual(['appended', 'appended']);
    clock.advance(1_000);
    expect([await typeOf('eve', 'k3'), await typeOf('eve', 'k4')]).toEqual(['appended', 'appended']);
    expect(await typeOf('eve', 'k5')).toBe('unavailable');
  });

  it('forgets all logs for `forgetAll`, and its followers go on with a new epoch', async () => {
    const logs = createMemoryLogs({ clock: new SimulatedClock(), random: counting() });
    const broker = logs.createBroker();
    const received: string[] = [];
    broker.start({
      publicationArrived: (_channel, epoch, { offset }) => received.push(`${epoch} ${offset}`),
      interrupted: () => {},
      resumed: () => received.push('resumed'),
    });
    const retention = { size: 1, ms: 1_000 };
    await broker.follow('a');
    await broker.append('a', '1', { retention });
    logs.forgetAll();
    await broker.append('a', '1', { retention });
    const [resumed, first = '', second = ''] = received;
    expect(resumed).toBe('resumed');
    expect(first.endsWith(' 1') && second.endsWith(' 1')).toBe(true);
    expect(first).not.toBe(second);
  });

  it.for([
    ['clock', { clock: {} }, 'clock must have a method `now`, not an object'],
    ['random', { random: 4 }, 'random must be a function, not 4'],
    ['keyMs', { keyMs: 0 }, 'keyMs must be a whole number of at least 1, or Infinity, not 0'],
    ['keyMS', { keyMS: 1 }, 'keyMS is not an option of createMemoryBroker; did you mean keyMs?'],
  ] as const)('names a wrong option: %s', ([, wrong, message]) => {
    const options = { clock: new SimulatedClock(), random: counting(), ...wrong };
    expect(() => createMemoryBroker(options as MemoryBrokerOptions)).toThrow(message);
  });
});
