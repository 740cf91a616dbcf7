/** Revocations on several nodes: they reach every node, also one that was cut off, and nothing is told that is not so. */
import { accept, type Verdict } from '@sallyport/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../harness.ts';
import { cluster } from './cluster.ts';

describe('a revocation on several nodes', () => {
  it('E46: ends the sessions of the user on all of them, and no others, and says so', async () => {
    const [one, two] = await cluster().two();
    const [here, there, other] = [one.signIn('ada'), two.signIn('ada'), two.signIn('eve')];
    expect(await one.sessions.revoke('ada')).toBe('everywhere');
    await settled();
    expect([here.code, there.code, other.code]).toEqual([4403, 4403, undefined]);
    expect(one.told).toEqual(['ada everywhere']);
    expect(two.told).toEqual([]);
  });

  it('E46: reaches a node that was cut off as soon as it is back, and ends sessions that began there meanwhile', async () => {
    const [one, two] = await cluster().two();
    const before = two.signIn('ada');
    two.cut();
    expect(await one.sessions.revoke('ada')).toBe('everywhere');
    const meanwhile = two.signIn('ada');
    await settled();
    expect([before.code, meanwhile.code]).toEqual([undefined, undefined]);
    await two.mend();
    expect([before.code, meanwhile.code]).toEqual([4403, 4403]);
    const after = two.signIn('ada');
    await settled();
    expect(after.code).toBeUndefined();
  });

  it('E46: voids a sign-in that another node is verifying', async () => {
    let settle = (_verdict: Verdict) => {};
    const { two } = cluster();
    const [one, other] = await two({
      authenticate: () => new Promise((resolve) => (settle = resolve)),
    });
    const pending = other.signIn('ada');
    await one.sessions.revoke('ada');
    await settled();
    settle(accept('ada'));
    await settled();
    expect(pending.code).toBe(4403);
  });

  it('E47: is hereOnly while the broker is unavailable, and everywhere once it is back', async () => {
    const [one, two] = await cluster().two();
    const [here, there] = [one.signIn('ada'), two.signIn('ada')];
    one.cut();
    expect(await one.sessions.revoke('ada')).toBe('hereOnly');
    await settled();
    expect([here.code, there.code]).toEqual([4403, undefined]);
    expect([one.channels.pendingRevocations, two.channels.pendingRevocations]).toEqual([1, 0]);
    await one.mend();
    await settled();
    expect(there.code).toBe(4403);
    expect(one.told).toEqual(['ada hereOnly', 'ada everywhere']);
    expect(one.channels.pendingRevocations).toBe(0);
  });

  it('E47: that is still hereOnly when its node closes is given up, and the operator is told for which user', async () => {
    const [one] = await cluster().two();
    one.cut();
    await one.sessions.revoke('ada');
    await one.sessions.revoke('bob');
    expect(one.channels.pendingRevocations).toBe(2);
    await one.channels.close();
    expect(one.told).toEqual(['ada hereOnly', 'bob hereOnly', 'ada given up', 'bob given up']);
    expect(one.channels.pendingRevocations).toBe(0);
  });

  it('E47: past 10 000 that wait for the broker the oldest is given up, and told', async () => {
    const [one] = await cluster().two();
    one.cut();
    await Promise.all(Array.from({ length: 10_001 }, (_, i) => one.sessions.revoke(`user ${i}`)));
    expect(one.channels.pendingRevocations).toBe(10_000);
    expect(one.told.filter((line) => line.endsWith('given up'))).toEqual(['user 0 given up']);
  });

  it('E47: is tried again where the broker takes nothing without being interrupted', async () => {
    const { clock, two: twoNodes } = cluster();
    const [one, two] = await twoNodes();
    const there = two.signIn('ada');
    one.broker.unavailable.add('append');
    expect(await one.sessions.revoke('ada')).toBe('hereOnly');
    clock.advance(5_000);
    await settled();
    expect(there.code).toBeUndefined();
    one.broker.unavailable.clear();
    clock.advance(5_000);
    await settled();
    expect(there.code).toBe(4403);
    expect(clock.pending).toBeGreaterThan(0);
  });

  it('E47: whose fate is unknown is tried again, and takes effect once', async () => {
    const { clock, two: twoNodes } = cluster();
    const [one, two] = await twoNodes();
    one.broker.appendAnswer = { type: 'unknown' };
    expect(await one.sessions.revoke('ada')).toBe('hereOnly');
    one.broker.appendAnswer = undefined;
    const later = two.signIn('ada');
    clock.advance(5_000);
    await settled();
    expect([later.code, one.told.at(-1)]).toEqual([undefined, 'ada everywhere']);
  });

  it('that was late does not end a later sign-in on the node that made it', async () => {
    const [one] = await cluster().two();
    one.cut();
    await one.sessions.revoke('ada');
    const later = one.signIn('ada');
    await one.mend();
    await settled();
    expect([later.code, one.told.at(-1)]).toEqual([undefined, 'ada everywhere']);
  });

  it('E46: counts for a node that started without the broker, if it was made since that start', async () => {
    const { clock, node } = cluster();
    const one = node();
    await settled();
    await one.sessions.revoke('eve');
    clock.advance(120_000);
    const late = node({}, 'cut');
    await settled();
    const [ada, eve] = [late.signIn('ada'), late.signIn('eve')];
    await one.sessions.revoke('ada');
    await late.mend();
    expect([ada.code, eve.code]).toEqual([4403, undefined]);
  });

  it('of a name that JSON has to escape reaches the other node', async () => {
    const [one, two] = await cluster().two();
    const name = 'a"\\ é😀';
    const there = two.signIn(name);
    await one.sessions.revoke(name);
    await settled();
    expect(there.code).toBe(4403);
  });

  it('needs logs that are not among the channels that the node shows', async () => {
    const [one] = await cluster().two();
    await one.sessions.revoke('ada');
    expect([one.channels.followed, [...one.channels]]).toEqual([0, []]);
    expect(one.channels.counters).toMatchObject({ published: 0, delivered: 0 });
  });

  it('an entry that is no entry is passed over', async () => {
    const { two: twoNodes, logs } = cluster();
    const [one, two] = await twoNodes();
    const there = two.signIn('ada');
    const writer = logs.createBroker();
    for (const json of ['null', '1', '{}', '{"user":1}', 'no json', '[]'])
      for (const log of [' revocations', ' sign-ins', ' messages'])
        await writer.append(log, json, { retention: { size: 10, ms: 1_000 } });
    await one.sessions.revoke('ada');
    await settled();
    expect(there.code).toBe(4403);
  });

  it('no client and no app can name a log of the control', async () => {
    const [one] = await cluster().two();
    await expect(one.channels.publish(' revocations', { user: 'ada' })).rejects.toThrow('channel must be');
  });

  it('E46: with random cuts, every session of before a revocation has ended once all nodes are connected again', () => {
    const step = fc.record({
      does: fc.constantFrom('sign in', 'revoke', 'cut', 'mend', 'wait'),
      at: fc.nat(2),
      user: fc.constantFrom('ada', 'eve'),
    });
    return fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { clock, node } = cluster();
        const nodes = [node(), node(), node()];
        await settled();
        const devices: { device: ReturnType<(typeof nodes)[0]['signIn']>; user: string }[] = [];
        /** The devices that a revocation must have ended in the end. */
        const doomed = new Set<(typeof devices)[0]>();
        for (const { does, at, user } of steps) {
          const one = nodes[at] as (typeof nodes)[0];
          if (does === 'sign in') devices.push({ device: one.signIn(user), user });
          else if (does === 'cut') one.cut();
          else if (does === 'mend') await one.mend();
          else if (does === 'wait') clock.advance(1_000);
          else {
            for (const entry of devices) if (entry.user === user) doomed.add(entry);
            await one.sessions.revoke(user);
          }
          await settled();
        }
        for (const one of nodes) await one.mend();
        clock.advance(10_000);
        await settled();
        for (const { device } of doomed) expect(device.code).toBe(4403);
        // No entry waits any more, and every node has read all: a new session stays.
        const [last] = nodes;
        const fresh = last?.signIn('ada');
        await settled();
        expect(fresh?.code).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});
