/** A context that keeps one cookie keeps no header: the values are flat copies. */
import { accept, createSessions } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { heapInUse } from './heap.ts';

const REQUESTS = 2_000;

it('a kept cookie, parameter, path and token cost their own size, and not that of the 8 KiB that they came in', async () => {
  const sessions = createSessions({ authenticate: () => accept('ada'), clock: new SimulatedClock() });
  const reader = sessions.requestReader(
    {
      context: ({ cookies, query, path, header }) => [cookies['sid'], query['room'], path, header('x-short')],
      credentials: { authorization: true },
    },
    false,
  );
  const kept: unknown[] = [];
  const admitOne = (number: number): void => {
    // Texts as a library makes them: flat, and anew for each request.
    const flat = (text: string) => Buffer.from(text).toString();
    const filler = 'f'.repeat(8_000);
    const lines = [
      ['cookie', flat(`sid=${String(number).padStart(20, '0')}; filler=${filler}`)],
      ['x-short', flat(`${' '.repeat(8_000)}${String(number).padStart(20, '0')}`)],
      ['authorization', flat(`Bearer ${' '.repeat(8_000)}${String(number).padStart(20, '0')}`)],
    ] as const;
    const url = flat(
      `/path/${String(number).padStart(20, '0')}?filler=${filler}&room=${String(number).padStart(20, '0')}`,
    );
    const admission = sessions.admit(
      {
        address: '192.0.2.1',
        origin: undefined,
        host: 'gate',
        protocols: 'sallyport.v1',
        version: '13',
      },
      reader?.reading({
        method: 'GET',
        url,
        forEachHeader: (add) => lines.forEach(([name, value]) => void add(name, value)),
      }),
    );
    kept.push(admission);
  };
  admitOne(0);
  const before = await heapInUse();
  for (let number = 1; number <= REQUESTS; number += 1) admitOne(number);
  const each = ((await heapInUse()) - before) / REQUESTS;
  console.log(`each kept context and token: ${each.toFixed(0)} B`);
  expect(kept[1]).toMatchObject({
    peer: {
      context: ['0'.repeat(19) + 1, '0'.repeat(19) + 1, `/path/${'0'.repeat(19)}1`, '0'.repeat(19) + 1],
    },
  });
  expect(each).toBeLessThan(2_000);
});
