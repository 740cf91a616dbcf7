/** The memory of a signed-in session that is idle. */
import type { Circumstances, Part } from '../part.ts';
import { inRounds } from '../rounds.ts';
import type { Figure, Sample } from '../sample.ts';
import { grouped } from '../words.ts';
import { fiftyThousand } from './fifty-thousand.ts';

export const resident = (sessions: number): Figure => ({
  name: `memory per idle session, ${grouped(sessions)} sessions`,
  unit: 'B',
  better: 'less',
});
const heap = (sessions: number): Figure => ({
  name: `of it JavaScript's heap, ${grouped(sessions)} sessions`,
  unit: 'B',
  better: 'less',
});

/** Enough sessions to run all code once, so that its memory does not count for the measured sessions. */
const WARM = 200;

export const idle: Part = {
  name: 'idle',
  about: 'memory per idle session, at 1 000 and 10 000',
  async run(circumstances) {
    const samples = await upToTenThousand(circumstances);
    return circumstances.isHuge ? [...samples, ...(await fiftyThousand(circumstances))] : samples;
  },
};

function upToTenThousand(circumstances: Circumstances): Promise<readonly Sample[]> {
  return inRounds('idle', circumstances, circumstances.contenders, async (arena, { kind }) => {
    const { idle: counts } = circumstances.plan;
    await arena.openIdle(WARM);
    await arena.closeAll();
    const empty = await arena.settledMemory();
    const findings: [Figure, number][] = [];
    let open = 0;
    for (const count of kind === 'peer' || kind === 'engine' ? counts.slice(0, 1) : counts) {
      await arena.openIdle(count - open);
      open = count;
      const full = await arena.settledMemory();
      findings.push([resident(count), (full.rssBytes - empty.rssBytes) / count]);
      if (full.heapBytes && empty.heapBytes)
        findings.push([heap(count), (full.heapBytes - empty.heapBytes) / count]);
    }
    return findings;
  });
}
