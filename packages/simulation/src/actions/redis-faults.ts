/** The faults of Redis and of the connections to it. They happen in the runs on the model of Redis. Proven by: test/redis.test.ts. */
import { CHANNELS } from '../people.ts';
import type { Random } from '../random.ts';
import { RedisLink } from '../redis/redis-link.ts';
import { RedisStore } from '../redis/redis-store.ts';
import type { World } from '../world.ts';
import { type Actions, nodeOf } from './action.ts';

type Result = boolean | string | undefined;

/** A fault of Redis as a whole. */
function ofRedis(weight: number, run: (store: RedisStore, random: Random) => Result): Actions[string] {
  return {
    weight,
    fault: 'redis',
    broker: 'redis',
    run: ({ store }: World, random) => store instanceof RedisStore && run(store, random),
  };
}

/** A fault of the connections of one node. */
function ofNode(weight: number, run: (link: RedisLink, random: Random) => Result): Actions[string] {
  return {
    weight,
    fault: 'redis',
    broker: 'redis',
    run(world, random) {
      const { link, name } = nodeOf(world, random);
      const result = link instanceof RedisLink && run(link, random);
      return result === true ? name : result;
    },
  };
}

const channel = (random: Random) => random.pick(CHANNELS);

export const REDIS_FAULTS: Actions = {
  'redis.halfOpen': ofNode(0.8, (link, random) => link.halfOpen(random.pick(['commands', 'subscriptions']))),
  'redis.silence': ofNode(0.8, (link) => link.silence()),
  'redis.overflow': ofNode(0.5, (link, random) => link.overflow(random.pick([50, 400, 1_500]))),
  'redis.disconnect': ofRedis(0.8, ({ model }, random) => {
    const type = random.pick(['pubsub', 'normal', 'all'] as const);
    model.disconnect(type);
    return type;
  }),
  'redis.refuse': ofRedis(0.8, (store, random) => {
    const refusal = random.pick(['OOM', 'READONLY', 'NOREPLICAS'] as const);
    store.refuse(refusal, random.pick([20, 500, 4_000]));
    return refusal;
  }),
  'redis.scriptFlush': ofRedis(0.5, (store) => {
    store.forgetScripts();
    return true;
  }),
  'redis.evictMeta': ofRedis(0.4, (store, random) => {
    const one = channel(random);
    store.evictMeta(one);
    return one;
  }),
  'redis.occupy': ofRedis(0.4, (store, random) => {
    const [one, which] = [channel(random), random.pick(['meta', 'log'] as const)];
    store.occupy(one, which, random.pick([10, 300, 3_000]));
    return `${which} of ${one}`;
  }),
  'redis.failOver': ofRedis(0.8, (store, random) => {
    const [afterMs, keepsConnections] = [random.pick([10, 200, 1_500, 5_000]), random.chance(0.5)];
    if (!store.failOver(afterMs, keepsConnections)) return false;
    return `after ${afterMs} ms, connections ${keepsConnections ? 'stay' : 'end'}`;
  }),
  'redis.restart': ofRedis(0.4, (store, random) => {
    const isKept = random.chance(0.5);
    store.restart(isKept);
    return isKept ? 'with its log' : 'empty';
  }),
};
