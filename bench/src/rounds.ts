/** Rounds: A B C, A B C, …, so that other load on the machine affects all of them alike. */
import { Arena, Unavailable } from './arena.ts';
import type { Contender } from './contenders.ts';
import type { Circumstances } from './part.ts';
import type { Figure, Sample } from './sample.ts';
import type { LeftOut } from './unfinished-run.ts';

/** The samples of one visit. */
export type Findings = readonly (readonly [Figure, number])[];

export async function inRounds(
  part: string,
  circumstances: Circumstances,
  contenders: readonly Contender[],
  visit: (arena: Arena, contender: Contender) => Promise<Findings>,
): Promise<readonly Sample[]> {
  return visitsInRounds(part, circumstances, contenders, (contender) =>
    Arena.visit(contender, circumstances, (arena) => visit(arena, contender)),
  );
}

/** Visits each contender in each round. A contender that throws is left out from then on. */
export async function visitsInRounds<Visited extends Contender>(
  part: string,
  circumstances: Circumstances,
  contenders: readonly Visited[],
  visit: (contender: Visited) => Promise<Findings>,
): Promise<readonly Sample[]> {
  const { plan, progress } = circumstances;
  return eachRound(part, circumstances, async (round, remaining) => {
    const samples: Sample[] = [];
    for (const contender of contenders) {
      if (remaining.isOut(contender.name)) continue;
      progress(`${part} ${round + 1}/${plan.rounds}: ${contender.name}`);
      try {
        for (const [figure, value] of await visit(contender))
          samples.push({ figure, contender: contender.name, round, value });
      } catch (error) {
        const reason = (error as Error).message;
        const { name } = contender;
        if (error instanceof Unavailable)
          remaining.leaveOut({ contender: name, reason, cause: 'unavailable' });
        else remaining.leaveOut({ contender: name, reason: `${part} failed: ${reason}`, cause: 'failed' });
      }
    }
    return samples;
  });
}

/** Those that take part in the rounds to come. */
interface Remaining {
  isOut(contender: string): boolean;
  /** Leaves a contender out of the rest of this round and of the rounds to come. */
  leaveOut(left: LeftOut): void;
}

/** Runs each round, except those that the run that is resumed has finished. */
export async function eachRound(
  part: string,
  { plan, skip, unfinished }: Circumstances,
  run: (round: number, remaining: Remaining) => Promise<readonly Sample[]>,
): Promise<readonly Sample[]> {
  const all: Sample[] = [];
  const out = new Set<string>();
  for (let round = 0; round < plan.rounds; round += 1) {
    const leftOut: LeftOut[] = [];
    const leaveOut = (left: LeftOut) => {
      out.add(left.contender);
      leftOut.push(left);
      skip(left.contender, left.reason, left.cause);
    };
    const recalled = unfinished?.recall(part, round);
    recalled?.leftOut.forEach(leaveOut);
    const samples = recalled?.samples ?? (await run(round, { isOut: (name) => out.has(name), leaveOut }));
    if (recalled === undefined) unfinished?.record(part, { samples, leftOut });
    all.push(...samples);
  }
  return all;
}
