/** The sweep: every member once in a period, a few at a time, and a time that counts only what ran. */
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { Sweep } from '../src/sweep.ts';

interface Member {
  readonly id: number;
}

function start({ count = 0, finest = 25_000 } = {}) {
  const clock = new SimulatedClock();
  const turns: { at: number; ids: number[]; round: number }[] = [];
  const sweep = new Sweep<Member>(clock, finest, (swept, round) => {
    turns.push({ at: clock.now(), ids: swept.map(({ id }) => id), round });
  });
  const members = Array.from({ length: count }, (_, i) => ({ id: i + 1 }));
  for (const member of members) sweep.add(member);
  if (count > 0) sweep.start();
  return { clock, turns, sweep, members };
}

describe('The sweep', () => {
  it('sweeps a few members together, once a second, with one timer', () => {
    const { clock, turns } = start({ count: 3 });
    clock.advance(3_999);
    expect(turns).toEqual([
      { at: 1_000, ids: [1, 2, 3], round: 1 },
      { at: 2_000, ids: [1, 2, 3], round: 2 },
      { at: 3_000, ids: [1, 2, 3], round: 3 },
    ]);
    expect(clock.pending).toBe(1);
  });

  it('spreads a crowd over the second, and sweeps each member once in it', () => {
    const { clock, turns, members } = start({ count: 18_000 });
    clock.advance(1_000);
    for (let second = 1; second <= 3; second += 1) {
      turns.length = 0;
      clock.advance(1_000);
      expect(turns).toHaveLength(20);
      const ids = turns.flatMap((turn) => turn.ids).sort((a, b) => a - b);
      expect(ids).toEqual(members.map(({ id }) => id));
      for (const turn of turns) expect(turn.ids.length).toBeLessThan(1_000);
    }
  });

  it('sweeps each member in every round, and the rounds count up by one', () => {
    const { clock, turns } = start({ count: 2_000 });
    clock.advance(5_000);
    const rounds = new Map<number, number[]>();
    for (const { ids, round } of turns)
      for (const id of ids) rounds.set(id, [...(rounds.get(id) ?? []), round]);
    for (const seen of rounds.values()) {
      expect(seen.length).toBeGreaterThanOrEqual(5);
      for (const [i, round] of seen.entries()) expect(round - (seen[0] as number)).toBe(i);
    }
  });

  it.each([[1], [49], [60], [99], [100], [333], [999]])(
    'sweeps as often as the shortest limit of %i ms needs, in whole milliseconds',
    (finest) => {
      const { clock, turns, sweep } = start({ count: 500, finest });
      const set = clock.setTimeout.bind(clock);
      clock.setTimeout = (callback, ms) => {
        expect(Number.isInteger(ms)).toBe(true);
        return set(callback, ms);
      };
      expect(sweep.periodMs).toBe(finest);
      clock.advance(finest * 10);
      expect(turns.filter(({ ids }) => ids.includes(500)).length).toBeGreaterThanOrEqual(10);
      expect(sweep.nowMs).toBeLessThanOrEqual(finest * 10);
      expect(sweep.nowMs).toBeGreaterThan(finest * 8);
    },
  );

  it('has a timer only between start() and stop(), and starts again', () => {
    const { clock, turns, sweep } = start();
    expect(clock.pending).toBe(0);
    const member = { id: 200 };
    sweep.add(member);
    sweep.start();
    sweep.start();
    clock.advance(1_500);
    expect([sweep.size, sweep.has(member), [...sweep]]).toEqual([1, true, [member]]);
    expect(sweep.delete(member)).toBe(true);
    expect(sweep.delete(member)).toBe(false);
    sweep.stop();
    expect([sweep.size, sweep.has(member), [...sweep], clock.pending]).toEqual([0, false, [], 0]);
    const before = turns.length;
    clock.advance(60_000);
    expect(turns).toHaveLength(before);
    sweep.add({ id: 201 });
    sweep.start();
    clock.advance(1_000);
    expect(turns.at(-1)?.ids).toEqual([201]);
  });

  it('sweeps members that left or came during a sweep not in that turn', () => {
    const clock = new SimulatedClock();
    const swept: number[] = [];
    let next = 2;
    const sweep = new Sweep<Member>(clock, 1_000, (members) => {
      for (const member of members) {
        swept.push(member.id);
        sweep.delete(member);
        sweep.add({ id: next });
        next += 1;
      }
    });
    sweep.add({ id: 1 });
    sweep.start();
    clock.advance(3_000);
    expect(swept).toEqual([1, 2, 3]);
    expect(clock.pending).toBe(1);
  });

  it('keeps the time of the clock although every turn comes late', () => {
    const { clock, sweep } = start({ count: 18_000 });
    const set = clock.setTimeout.bind(clock);
    clock.setTimeout = (callback, ms) => set(callback, ms + 7);
    clock.advance(300_000);
    expect(sweep.nowMs).toBeGreaterThan(299_000);
    expect(sweep.nowMs).toBeLessThanOrEqual(300_000);
  });

  it('keeps the time of the clock although the turns of a busy event loop are rarer than the slices', () => {
    const { clock, turns, sweep } = start({ count: 18_000 });
    const set = clock.setTimeout.bind(clock);
    clock.setTimeout = (callback, ms) =>
      set(callback, Math.ceil((clock.now() + ms) / 120) * 120 - clock.now());
    clock.advance(60_000);
    expect(sweep.nowMs).toBeGreaterThan(59_000);
    const rounds = turns.filter(({ ids }) => ids.includes(18_000)).map(({ round }) => round);
    expect(rounds).toEqual(rounds.map((_, i) => (rounds[0] as number) + i));
    expect(rounds.length).toBeGreaterThanOrEqual(59);
  });

  it('E27: the sweep does not count the time in which the process was suspended', () => {
    const { clock, sweep } = start({ count: 18_000 });
    clock.advance(5_000);
    const set = clock.setTimeout.bind(clock);
    clock.setTimeout = (callback, ms) => {
      clock.setTimeout = set;
      return set(callback, ms + 60_000);
    };
    clock.advance(65_000);
    expect(sweep.nowMs).toBeLessThanOrEqual(10_000);
    expect(sweep.nowMs).toBeGreaterThan(9_000);
  });
});
