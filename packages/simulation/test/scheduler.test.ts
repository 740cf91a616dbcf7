/** The scheduler: the order of callbacks, and the end of a process. */
import { expect, it } from 'vitest';
import { Random } from '../src/random.ts';
import { Scheduler } from '../src/scheduler.ts';

it('callbacks run in the order of time, and those of one time in the order in which they were armed', async () => {
  const scheduler = new Scheduler();
  const random = new Random('heap');
  const ran: [number, number][] = [];
  for (let order = 0; order < 500; order += 1)
    scheduler.after(random.below(50), () => ran.push([scheduler.now, order]));
  await scheduler.run(100, () => {});
  expect(ran).toHaveLength(500);
  expect(ran).toEqual([...ran].sort(([one, first], [other, second]) => one - other || first - second));
  expect(scheduler.now).toBe(100);
});

it('a step ends when all promises have settled that can', async () => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  scheduler.after(1, async () => {
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    seen.push('settled');
  });
  await scheduler.run(1, () => seen.push('stepped'));
  expect(seen).toEqual(['settled', 'stepped']);
});

it('the timers of a killed process do not fire, and those of others do', async () => {
  const scheduler = new Scheduler();
  const [killed, alive] = [scheduler.process(), scheduler.process()];
  const seen: string[] = [];
  killed.setTimeout(() => seen.push('killed'), 5);
  alive.setTimeout(() => seen.push('alive'), 5);
  alive.clearTimeout(alive.setTimeout(() => seen.push('cleared'), 6));
  killed.kill();
  expect([killed.pending, alive.pending]).toEqual([0, 1]);
  await scheduler.run(10, () => {});
  expect(seen).toEqual(['alive']);
});

it('what was called between two runs settles before the first step of the second', async () => {
  const scheduler = new Scheduler();
  const seen: string[] = [];
  const settle = async () => {
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    seen.push('settled');
  };
  void settle();
  scheduler.after(0, () => seen.push('first step'));
  await scheduler.run(1, () => {});
  expect(seen).toEqual(['settled', 'first step']);
});
