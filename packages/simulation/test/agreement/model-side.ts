/** The side of the model. Time passes only while something is awaited. */
import { Random } from '../../src/random.ts';
import type { Keyspace } from '../../src/redis/keyspace.ts';
import { RedisLink } from '../../src/redis/redis-link.ts';
import { RedisModel } from '../../src/redis/redis-model.ts';
import { Report } from '../../src/report.ts';
import { Scheduler } from '../../src/scheduler.ts';
import { AgreementNode, type Dumped, keptFor, type Side } from './side.ts';

/** Milliseconds that pass between two looks at a condition. */
const STEP_MS = 5;
/** What has not happened by then never will. */
const LONGEST_MS = 60_000;

export function createModelSide(): Side {
  const scheduler = new Scheduler();
  const clock = scheduler.process();
  const model = new RedisModel({ now: clock.wallNow });
  const report = new Report(scheduler, false);
  const random = new Random('agreement');
  const node = (name: string) => {
    const link = new RedisLink({ scheduler, clock, random: random.stream(name), model, report });
    return new AgreementNode(link.broker);
  };
  const nodes = [node('one'), node('two')] as const;
  let replica: Keyspace | undefined;
  const until = async (condition: () => boolean) => {
    const end = scheduler.now + LONGEST_MS;
    while (!condition()) {
      if (scheduler.now > end) throw new Error('on the model it never happens');
      await scheduler.run(scheduler.now + STEP_MS, () => {});
    }
  };
  return {
    nodes,
    until,
    async settle(call) {
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      void call.then(settled, settled);
      await until(() => isSettled);
      return call;
    },
    async command(...args) {
      model.execute(args);
    },
    async disconnect(type) {
      model.disconnect(type);
    },
    async refuse(refusal) {
      model.refusal = refusal;
    },
    async save() {
      replica = model.keyspace.copy();
    },
    async promote() {
      if (replica) model.keyspace = replica.copy();
    },
    dump: async () => model.keyspace.keys().map((key) => dumped(model.keyspace, key)),
    async close() {
      for (const { broker } of nodes) await broker.close();
    },
  };
}

function dumped(keyspace: Keyspace, key: string): Dumped {
  const type = keyspace.typeOf(key) ?? 'none';
  const kept = keptFor(keyspace.pttl(key));
  if (type === 'string') return [key, type, keyspace.get(key), kept];
  if (type === 'hash') return [key, type, [...keyspace.hash(key)].sort(), kept];
  const entries = keyspace.stream(key).map(({ number, fields }) => [`${number}-0`, fields]);
  return [key, type, entries, kept];
}
