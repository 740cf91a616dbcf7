/** The newest sign-in wins on several nodes: exactly one session of a user stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../harness.ts';
import { cluster, type Device } from './cluster.ts';

const wins = { newestSignInWins: true };
const open = (devices: readonly Device[]) => devices.filter(({ code }) => code === undefined);

describe('the newest sign-in on several nodes', () => {
  it('E48: ends the older session of the user on another node, and no other', async () => {
    const [one, two] = await cluster().two(wins);
    const [older, other] = [one.signIn('ada'), one.signIn('eve')];
    await settled();
    const newer = two.signIn('ada');
    await settled();
    expect([older.code, newer.code, other.code]).toEqual([4409, undefined, undefined]);
  });

  it('E48: at once on two nodes leaves exactly one session', async () => {
    const [one, two] = await cluster().two(wins);
    const devices = [one.signIn('ada'), two.signIn('ada')];
    await settled();
    expect(open(devices)).toHaveLength(1);
  });

  it('without the option ends no session on another node', async () => {
    const [one, two] = await cluster().two();
    const devices = [one.signIn('ada'), two.signIn('ada')];
    await settled();
    expect(open(devices)).toHaveLength(2);
  });

  it('E48: during an outage is told when the broker is back, and the later one by the clock stays', async () => {
    for (const first of ['cut', 'connected']) {
      const { clock, two: twoNodes } = cluster();
      const [one, two] = await twoNodes(wins);
      two.cut();
      const [early, late] = first === 'cut' ? [two, one] : [one, two];
      const older = early.signIn('ada');
      clock.advance(1_000);
      await settled();
      const newer = late.signIn('ada');
      await settled();
      expect([older.code, newer.code]).toEqual([undefined, undefined]);
      await two.mend();
      await settled();
      expect([older.code, newer.code]).toEqual([4409, undefined]);
    }
  });

  it('before the node has reached the broker is told when it has', async () => {
    const { node } = cluster();
    const one = node(wins);
    await settled();
    const older = one.signIn('ada');
    await settled();
    const two = node(wins, 'cut');
    const newer = two.signIn('ada');
    await settled();
    await two.mend();
    await settled();
    // The same time by the clock: one of the two stays.
    expect(open([older, newer])).toHaveLength(1);
  });

  it('E49: is told again when entries are lost, so that one session stays', async () => {
    const { clock, logs, two: twoNodes } = cluster();
    const [one, two] = await twoNodes(wins);
    const older = two.signIn('ada');
    await settled();
    two.cut();
    clock.advance(1_000);
    const newer = one.signIn('ada');
    await settled();
    logs.forgetAll();
    await two.mend();
    one.broker.interrupt();
    await one.mend();
    await settled();
    expect([older.code, newer.code]).toEqual([4409, undefined]);
    expect(two.told).toContain('lost signIns');
  });

  it('E48: with random cuts, each user has one session once all nodes are connected again', () => {
    const step = fc.record({
      does: fc.constantFrom('sign in', 'cut', 'mend', 'wait'),
      at: fc.nat(2),
      user: fc.constantFrom('ada', 'eve'),
    });
    return fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { clock, node } = cluster();
        const nodes = [node(wins), node(wins), node(wins)];
        await settled();
        const devices = { ada: [] as Device[], eve: [] as Device[] };
        for (const { does, at, user } of steps) {
          const one = nodes[at] as (typeof nodes)[0];
          if (does === 'sign in') devices[user].push(one.signIn(user));
          else if (does === 'cut') one.cut();
          else if (does === 'mend') await one.mend();
          else clock.advance(1_000);
          // Sometimes sign-ins come at once.
          if (does !== 'sign in') await settled();
        }
        for (const one of nodes) await one.mend();
        clock.advance(10_000);
        await settled();
        for (const all of Object.values(devices)) expect(open(all)).toHaveLength(Math.min(1, all.length));
      }),
      { numRuns: 100 },
    );
  });
});
