/** A35: the lottery chooses one of the attempts, each with the same chance. */
import { SimulatedClock } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { Lottery } from '../src/lottery.ts';
import { flushMicrotasks } from './auth-harness.ts';
import { seeded } from './seeded.ts';

/** An abort signal for each attempt, as in a session. */
const patient = () => ({ signal: new AbortController().signal });

/** Makes this many attempts in turn. Returns the number of the chosen one. */
async function draw(lottery: Lottery, clock: SimulatedClock, count: number): Promise<number[]> {
  const chosen: number[] = [];
  for (let number = 0; number < count; number += 1)
    void lottery.enter('ada', 1_000, patient()).then((isChosen) => isChosen && chosen.push(number));
  clock.advance(1_000);
  await flushMicrotasks();
  return chosen;
}

describe('A draw of the lottery', () => {
  it('chooses one attempt, each with the same chance, in any order of arrival', async () => {
    const clock = new SimulatedClock();
    const lottery = new Lottery(clock, seeded(1));
    const counts = Array.from({ length: 10 }, () => 0);
    for (let round = 0; round < 1_000; round += 1) {
      const [chosen, ...others] = await draw(lottery, clock, 10);
      expect(others).toEqual([]);
      counts[chosen as number] = (counts[chosen as number] as number) + 1;
    }
    // 100 each; four standard deviations are 38.
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(38);
    expect([lottery.size, clock.pending]).toEqual([0, 0]);
  });

  it('holds one attempt at most, and answers the others at once', async () => {
    const clock = new SimulatedClock();
    const lottery = new Lottery(clock, seeded(2));
    let refused = 0;
    for (let number = 0; number < 10_000; number += 1)
      void lottery.enter('ada', 1_000, patient()).then(() => {
        refused += 1;
      });
    await flushMicrotasks();
    expect([refused, lottery.size, clock.pending]).toEqual([9_999, 1, 1]);
  });

  it('has no winner if the attempt that is held is abandoned, and the next draw works', async () => {
    const clock = new SimulatedClock();
    const lottery = new Lottery(clock, () => 0.999);
    const leaving = new AbortController();
    const first = lottery.enter('ada', 1_000, leaving);
    leaving.abort();
    expect(await first).toBe(false);
    expect(await lottery.enter('ada', 1_000, leaving)).toBe(false);
    clock.advance(1_000);
    expect(lottery.size).toBe(0);
    expect(await draw(lottery, clock, 2)).toEqual([0]);
  });

  it('is separate for each key', async () => {
    const clock = new SimulatedClock();
    const lottery = new Lottery(clock, () => 0.999);
    const both = ['ada', 'bob'].map((key) => lottery.enter(key, 1_000, patient()));
    clock.advance(1_000);
    expect(await Promise.all(both)).toEqual([true, true]);
  });
});
