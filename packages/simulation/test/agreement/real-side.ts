/** The side of a real redis-server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, RESP_TYPES } from '@redis/client';
import { createRedisBroker } from '@sallyport/broker-redis';
import type { RedisServer } from '@sallyport/redis-tests/redis-server';
import { AgreementNode, type Dumped, keptFor, type Side } from './side.ts';

/** A client for the operator. It answers texts, or bytes. */
function operatorOf(port: number) {
  return createClient({ RESP: 2, socket: { host: '127.0.0.1', port, reconnectStrategy: false } });
}
type Operator = ReturnType<typeof operatorOf>;

/** A key as DUMP gives it. */
interface Saved {
  readonly key: string;
  readonly bytes: Buffer;
  readonly ms: number;
}

/** Begins with an empty server. */
export async function createRealSide({ url, port }: RedisServer): Promise<Side> {
  const operator = operatorOf(port);
  // What fails is reported by the promises.
  operator.on('error', () => {});
  await operator.connect();
  const ask = (...args: string[]): Promise<unknown> => operator.sendCommand(args);
  await ask('FLUSHALL');
  const node = () => new AgreementNode(createRedisBroker({ url, deadlineMs: 60_000, probeMs: 600_000 }));
  const nodes = [node(), node()] as const;
  let replica: readonly Saved[] | undefined;
  return {
    nodes,
    settle: (call) => call,
    async until(condition) {
      while (!condition()) await sleep(2);
    },
    async command(...args) {
      await ask(...args);
    },
    async disconnect(type) {
      await ask('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    },
    async refuse(refusal) {
      await ask('CONFIG', 'SET', 'maxmemory', refusal === 'OOM' ? '1' : '0');
      await ask('CONFIG', 'SET', 'min-replicas-to-write', refusal === 'NOREPLICAS' ? '1' : '0');
      // No server listens on this port, so the replica keeps what it has.
      await ask('REPLICAOF', ...(refusal === 'READONLY' ? ['127.0.0.1', '1'] : ['NO', 'ONE']));
    },
    async save() {
      replica = await saved(operator);
    },
    async promote() {
      if (!replica) return;
      await ask('FLUSHALL');
      for (const { key, bytes, ms } of replica) await operator.restore(key, ms, bytes);
    },
    async dump() {
      const keys = (await ask('KEYS', '*')) as string[];
      return Promise.all(keys.sort().map((key) => dumped(ask, key)));
    },
    async close() {
      for (const { broker } of nodes) await broker.close();
      operator.destroy();
    },
  };
}

async function saved(operator: Operator): Promise<readonly Saved[]> {
  const raw = operator.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const keys = await operator.keys('*');
  const all = keys.map(async (key): Promise<Saved> => {
    const [bytes, ms] = await Promise.all([raw.dump(key), operator.pTTL(key)]);
    return { key, bytes: bytes as unknown as Buffer, ms: Math.max(0, Number(ms)) };
  });
  return Promise.all(all);
}

async function dumped(ask: (...args: string[]) => Promise<unknown>, key: string): Promise<Dumped> {
  const type = String(await ask('TYPE', key));
  const kept = keptFor(Number(await ask('PTTL', key)));
  if (type === 'string') return [key, type, await ask('GET', key), kept];
  if (type === 'stream') return [key, type, await ask('XRANGE', key, '-', '+'), kept];
  const texts = (await ask('HGETALL', key)) as string[];
  const fields = texts.flatMap((field, index) => (index % 2 === 0 ? [[field, texts[index + 1]]] : []));
  return [key, type, fields.sort(), kept];
}
