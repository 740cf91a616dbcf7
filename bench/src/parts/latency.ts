/** The latency of an echo at a fixed rate: p50 and p99, from when each message was due. */
import type { Circumstances, Part } from '../part.ts';
import { type Findings, inRounds } from '../rounds.ts';
import type { Figure } from '../sample.ts';
import { grouped } from '../words.ts';

export const latencyAt = (rate: number, percentile: 'p50' | 'p99'): Figure => ({
  name: `latency ${percentile}, ${grouped(rate)} messages/s`,
  unit: 'µs',
  better: 'less',
});

const TEXT_BYTES = 32;

const withoutEngines = ({ contenders }: Circumstances) => contenders.filter(({ kind }) => kind !== 'engine');

export const latency: Part = {
  name: 'latency',
  about: 'p50 and p99 of an echo at fixed rates',
  run: (circumstances) =>
    inRounds('latency', circumstances, withoutEngines(circumstances), async (arena, { kind }) => {
      const { talking, warmSeconds, rates, latencySeconds } = circumstances.plan;
      await arena.openTalking(talking);
      await arena.closedLoop({ inFlight: 1, textBytes: TEXT_BYTES, seconds: warmSeconds });
      const findings: Findings[] = [];
      // The higher rate is too much for some of the other contenders.
      const some = kind === 'control' || kind === 'ours' ? rates : rates.slice(0, 1);
      for (const rate of some) {
        await arena.openLoop({ rate, textBytes: TEXT_BYTES, seconds: latencySeconds / 5 });
        const run = await arena.openLoop({ rate, textBytes: TEXT_BYTES, seconds: latencySeconds });
        findings.push([
          [latencyAt(rate, 'p50'), run.p50Micros],
          [latencyAt(rate, 'p99'), run.p99Micros],
        ]);
      }
      return findings.flat();
    }),
};
