/** The shortest list that fails. */
import { expect, it } from 'vitest';
import { shrink } from '../src/index.ts';

const all = Array.from({ length: 300 }, (_, index) => index);

it('of 300 events it finds the three that fail together', async () => {
  const fails = async (events: readonly number[]) => [17, 18, 250].every((one) => events.includes(one));
  expect(await shrink(all, fails, 1_000)).toEqual([17, 18, 250]);
});

it('it stops when the budget is used up, with what it has found', async () => {
  let asked = 0;
  const found = await shrink(
    all,
    async (events) => {
      asked += 1;
      return events.includes(299);
    },
    5,
  );
  expect(asked).toBe(5);
  expect(found).toContain(299);
  expect(found.length).toBeLessThan(300);
});
