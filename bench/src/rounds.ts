/** Rounds: A B C, A B C, …, so that other load on the machine affects all of them alike. */
import { Arena, Unavailable } from './arena.ts';
import type { Contender } from './contenders.ts';
import type { Circumstances } from './part.ts';
import type { Figure, Sample } from './sample.ts';

/** The samples of one visit. */
export type Findings = readonly (readonly [Figure, number])[];

export async function inRounds(
  part: string,
  circumstances: Circumstances,
  contenders: readonly Contender[],
  visit: (arena: Arena, contender: Contender) => Promise<Findings>,
): Promise<readonly Sample[]> {
  const { plan, progress, skip } = circumstances;
  const samples: Sample[] = [];
  const out = new Set<string>();
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const contender of contenders) {
      if (out.has(contender.name)) continue;
      progress(`${part} ${round + 1}/${plan.rounds}: ${contender.name}`);
      try {
        const findings = await Arena.visit(contender, circumstances, (arena) => visit(arena, contender));
        for (const [figure, value] of findings)
          samples.push({ figure, contender: contender.name, round, value });
      } catch (error) {
        const reason = (error as Error).message;
        if (error instanceof Unavailable) skip(contender.name, reason, 'unavailable');
        else skip(contender.name, `${part} failed: ${reason}`, 'failed');
        out.add(contender.name);
      }
    }
  }
  return samples;
}
