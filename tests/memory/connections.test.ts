/** Many connections over real sockets on both adapters leave nothing on the heap. */
import { connect } from '@sallyport/conformance';
import { accept, createSessions, refuse } from '@sallyport/core';
import { canary } from '@sallyport/core/testing/canary';
import { uws, ws } from '@sallyport/transport-quirks/transports';
import { systemClock } from '@sallyport/ws';
import { expect, it, vi } from 'vitest';
import { connections as total } from './amounts.ts';
import { expectFlat, heapInUse } from './heap.ts';

/** The number of connections in one round; it divides all amounts. */
const BATCH = 40;

/** Each of these ends a third of the connections. */
const ways = ['close', 'resetAndDestroy', 'destroy'] as const;

async function visit(port: number, number: number): Promise<void> {
  const client = await connect({ port });
  await client.ask(`ada:${number % 2 ? canary.password : 'wrong'}`);
  await client.ask('hello');
  const way = ways[number % ways.length] as (typeof ways)[number];
  if (way === 'close') {
    client.close(1000);
    await client.ended;
    client.socket.destroy();
  } else client.socket[way]();
}

for (const transport of [ws, uws])
  it.skipIf(!transport)(
    `E26: connections on ${transport?.name ?? 'uws'}, closed, reset and destroyed in turns, leave the heap as it was`,
    async () => {
      if (!transport) return;
      const sessions = createSessions({
        clock: systemClock,
        authenticate: (given) =>
          given.type === 'password' && given.password === canary.password ? accept('ada') : refuse(),
      });
      const { port, close } = await transport.serve(sessions);
      const empty = () => vi.waitUntil(() => sessions.size === 0, { interval: 5, timeout: 20_000 });
      let atThird = 0;
      for (let done = 0; done < total; done += BATCH) {
        await Promise.all(Array.from({ length: BATCH }, (_, i) => visit(port, done + i)));
        if (atThird === 0 && done >= total / 3) {
          await empty();
          atThird = await heapInUse();
        }
      }
      await empty();
      expectFlat(atThird, await heapInUse(), `${total} connections on ${transport.name}`);
      expect(sessions.counters.opened).toBe(total);
      expect(sessions.counters.closed).toBe(total);
      expect(sessions.counters.faults).toBe(0);
      expect(sessions.countByState()).toEqual({});
      await close();
    },
  );
