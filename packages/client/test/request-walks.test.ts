/**
 * Random interleavings of requests, aborts, losses, drains and time, between this client and real sessions on a simulated network.
 * Every request settles once, and a request that is not idempotent is handed to a handler at most once.
 */
import { RequestError, RequestLostError, requests } from '@sallyport/client';
import { expect, it } from 'vitest';
import { network } from './network.ts';

type Step =
  | { readonly does: 'ask'; readonly idempotent: boolean; readonly ms: number }
  | { readonly does: 'abort'; readonly which: number }
  | { readonly does: 'cut' | 'serve' | 'pass' | 'wait' };

/** Marsaglia's xorshift: a seed always gives the same walk. */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const DURATIONS = [0, 0, 500, 5_000, 60_000] as const;
const OTHERS = ['cut', 'serve', 'pass', 'wait'] as const;

function stepsOf(seed: number): Step[] {
  const below = random(seed);
  return Array.from({ length: 25 }, (): Step => {
    const kind = below(17);
    if (kind < 8) return { does: 'ask', idempotent: below(2) === 0, ms: DURATIONS[below(5)] ?? 0 };
    if (kind < 11) return { does: 'abort', which: below(10) };
    return { does: OTHERS[below(4)] ?? 'pass' };
  });
}

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

it.each(seeds)(
  'every request settles once, and runs at most once unless it is idempotent: walk %d',
  async (seed) => {
    const runs = new Map<number, number>();
    const options = {
      // Handlers that outlast the limit of the server are faults.
      onFault: () => {},
      requests: ({ params }: { readonly params: unknown }) => {
        const { index, ms } = params as { index: number; ms: number };
        runs.set(index, (runs.get(index) ?? 0) + 1);
        if (ms === 0) return index;
        return new Promise((resolve) => net.clock.setTimeout(() => resolve(index), ms));
      },
    };
    const net = network(options);
    const { session } = net.connect({ extensions: [requests({ concurrent: 3 })] });
    const controllers: AbortController[] = [];
    const settled: number[] = [];
    const idempotent: boolean[] = [];
    for (const one of stepsOf(seed)) {
      if (one.does === 'ask') {
        const index = controllers.length;
        const controller = new AbortController();
        controllers.push(controller);
        idempotent.push(one.idempotent);
        settled.push(0);
        const settle = () => {
          settled[index] = (settled[index] ?? 0) + 1;
        };
        session
          .request('m', { index, ms: one.ms }, { signal: controller.signal, idempotent: one.idempotent })
          .then(
            (result) => {
              expect(result).toBe(index);
              settle();
            },
            (error: unknown) => {
              const isAbort = controller.signal.aborted && error === controller.signal.reason;
              const isKnown = error instanceof RequestError || error instanceof RequestLostError;
              if (isAbort || isKnown) settle();
            },
          );
      } else if (one.does === 'abort') controllers[one.which]?.abort();
      else if (one.does === 'cut') net.cut();
      else if (one.does === 'serve') {
        void net.sessions.drain();
        net.serve(options);
      } else if (one.does === 'wait') await net.pass(3_000);
      await net.pass();
    }
    // All that is left ends by the client's own limit.
    for (let second = 0; second < 40; second += 1) await net.pass(1_000);
    expect(settled).toEqual(settled.map(() => 1));
    for (const [index, count] of runs) if (!idempotent[index]) expect(count).toBe(1);
    session.close();
    await net.pass(5_000);
  },
);
