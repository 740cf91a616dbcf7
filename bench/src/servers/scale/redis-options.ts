/** How the servers of the part `scale` reach Redis, and how they time a round trip to it. */
import { parseArgs } from 'node:util';
import { createClient } from '@redis/client';
import type { Answerer } from '../control-channel.ts';

const PINGS = 1_000;

/** The URL of `--redis`, and the value of `--adapter`. */
export function redisOptions(): { readonly url: string; readonly adapter: string } {
  const { values } = parseArgs({ options: { redis: { type: 'string' }, adapter: { type: 'string' } } });
  return { url: values.redis ?? '', adapter: values.adapter ?? '' };
}

const clientOf = (url: string) => createClient({ url });

/** A client that is connected. */
export async function redisClient(url: string): Promise<ReturnType<typeof clientOf>> {
  const client = clientOf(url);
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Answers `ping`: times PINGs on a connection of its own, one after the other. */
export async function roundTrips(url: string): Promise<Readonly<Record<'ping', Answerer>>> {
  const client = await redisClient(url);
  return {
    async ping() {
      const times: number[] = [];
      const endsAt = performance.now() + 1_000;
      // With a detour, so many would take long.
      while (times.length < PINGS && (times.length === 0 || performance.now() < endsAt)) {
        const startedAt = performance.now();
        await client.ping();
        times.push((performance.now() - startedAt) * 1_000);
      }
      const sorted = times.toSorted((one, other) => one - other);
      const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
      return { p50Micros: at(0.5), p99Micros: at(0.99) };
    },
  };
}
