/** The model of Redis and a real redis-server are driven by the same random steps, through the real broker, and must agree. */

import { hasRedis, type RedisServer, startRedis } from '@sallyport/redis-tests/redis-server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelSide } from './agreement/model-side.ts';
import { createRealSide } from './agreement/real-side.ts';
import { BARRIER, passBarrier, type Side } from './agreement/side.ts';
import { anyStep, Runner, type Step } from './agreement/steps.ts';

const RUNS = Number(process.env['RUNS'] ?? 25);

/** Keys of the barrier, and of the check of rights in the channel with the empty name. */
const OF_TESTS = new RegExp(`:${BARRIER}$|:[mls]:$|:n:check-|:k:\\["",|:u:""$`);

/** Everything that a side tells: the outcome of each step, what arrived at each node, and what is stored in the end. */
async function storyOf(side: Side, steps: readonly Step[]): Promise<unknown> {
  const { nodes } = side;
  await side.until(() => nodes.every(({ resumed }) => resumed === 1));
  for (const { broker } of nodes) await side.settle(broker.follow(BARRIER));
  const runner = new Runner(side);
  const told: unknown[] = [];
  for (const [index, step] of steps.entries()) {
    const outcome = await runner.run(step);
    await passBarrier(side, String(index));
    told.push({ index, outcome, arrived: nodes.map(({ arrived }) => arrived.splice(0)) });
  }
  const stored = (await side.dump()).filter(([key]) => !OF_TESTS.test(key));
  return renamed({ told, stored });
}

/** The same value with a name for each epoch, tag and token, in the order in which they first appear, and without the times of publications. */
function renamed(value: unknown): unknown {
  const names = new Map<string, string>();
  const text = JSON.stringify(value)
    .replaceAll(/"a","\d{13}"/g, '"a","time"')
    .replaceAll(/(?<![0-9a-f])(?:[0-9a-f]{16}|[0-9a-f]{8})(?![0-9a-f])/g, (random) => {
      const name = names.get(random) ?? `random ${names.size}`;
      names.set(random, name);
      return name;
    });
  return JSON.parse(text);
}

describe.skipIf(!hasRedis)('the model of Redis and a redis-server', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  async function bothTell(
    steps: readonly Step[],
  ): Promise<{ readonly model: unknown; readonly real: unknown }> {
    const sides = [createModelSide(), await createRealSide(redis)] as const;
    try {
      const [model, real] = await Promise.all(sides.map((side) => storyOf(side, steps)));
      return { model, real };
    } finally {
      await Promise.all(sides.map((side) => side.close()));
    }
  }

  it('agree on the outcome of every call, on what arrives at each node, and on what is stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 30 }), async (steps) => {
        const { model, real } = await bothTell(steps);
        expect(model).toEqual(real);
      }),
      { numRuns: RUNS },
    );
  });
});
