/** 50 000 idle sessions. One process may not have so many open files, so there are several, each with its generator. */
import { Arena } from '../arena.ts';
import type { Contender } from '../contenders.ts';
import type { Circumstances } from '../part.ts';
import type { Figure, Sample } from '../sample.ts';

const SESSIONS = 50_000;

const figure: Figure = {
  name: 'memory per idle session, 50 000 sessions over several processes',
  unit: 'B',
  better: 'less',
};

/** Once for each contender: the measurement shows that all sessions stay open. */
export async function fiftyThousand(circumstances: Circumstances): Promise<readonly Sample[]> {
  const { contenders, perProcess, progress, skip } = circumstances;
  const processes = Math.ceil(SESSIONS / perProcess);
  const samples: Sample[] = [];
  for (const contender of contenders) {
    if (contender.kind !== 'control' && contender.kind !== 'ours') continue;
    progress(`idle, 50 000 over ${processes} processes: ${contender.name}`);
    try {
      const value = await together(contender, circumstances, processes, perSession);
      samples.push({ figure, contender: contender.name, round: 0, value });
    } catch (error) {
      skip(contender.name, `50 000 sessions failed: ${(error as Error).message}`, 'failed');
    }
  }
  return samples;
}

/** Runs several visits at once. */
function together<T>(
  contender: Contender,
  circumstances: Circumstances,
  missing: number,
  measure: (arenas: readonly Arena[]) => Promise<T>,
  arenas: readonly Arena[] = [],
): Promise<T> {
  if (missing === 0) return measure(arenas);
  return Arena.visit(contender, circumstances, (arena) =>
    together(contender, circumstances, missing - 1, measure, [...arenas, arena]),
  );
}

async function perSession(arenas: readonly Arena[]): Promise<number> {
  const each = Math.ceil(SESSIONS / arenas.length);
  const held = async () => {
    const memories = await Promise.all(arenas.map((arena) => arena.settledMemory()));
    return memories.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  };
  const empty = await held();
  await Promise.all(arenas.map((arena) => arena.openIdle(each)));
  return ((await held()) - empty) / (each * arenas.length);
}
