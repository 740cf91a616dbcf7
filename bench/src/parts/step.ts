/** One step of the machine alone: a message arrives in the state established. */
import { resolve } from 'node:path';
import type { Contender } from '../contenders.ts';
import type { Circumstances, Part } from '../part.ts';
import { PinnedProcess } from '../pinned-process.ts';
import { eachRound } from '../rounds.ts';
import type { Figure, Sample } from '../sample.ts';

const STEPS = resolve(import.meta.dirname, '..', 'steps');

export const stepTime: Figure = { name: 'one machine step', unit: 'ns', better: 'less' };

const BY_HAND = 'switch by hand';
const TABLE = 'compiled table';

/** A stepper. Its script is a file of `steps/`, or an absolute path. */
export type Stepper = Pick<Contender, 'name' | 'script' | 'against'>;

/** The steppers, and the ones that each is compared with. */
const steppers: readonly Stepper[] = [
  { name: BY_HAND, script: ['by-hand.js'], against: [] },
  { name: TABLE, script: ['table.js'], against: [BY_HAND] },
  { name: 'XState actor', script: ['actor.js'], against: [TABLE] },
  { name: 'XState transition()', script: ['transition.js'], against: [TABLE] },
  { name: 'XState 6 alpha actor', script: ['xstate-6.js'], against: [TABLE] },
  { name: 'XState 6 alpha transition()', script: ['xstate-6.js', '--pure'], against: [TABLE] },
];

export const step: Part = {
  name: 'step',
  about: 'one machine step: by hand, compiled, and as XState runs it',
  rows: steppers,
  run: (circumstances) => stepsInRounds(steppers, circumstances),
};

/** Times each stepper once per round, one after the other. */
export async function stepsInRounds(
  those: readonly Stepper[],
  circumstances: Circumstances,
): Promise<readonly Sample[]> {
  const { plan, progress } = circumstances;
  return eachRound('step', circumstances, async (round) => {
    const samples: Sample[] = [];
    for (const { name, script } of those) {
      progress(`step ${round + 1}/${plan.rounds}: ${name}`);
      const value = await nanosecondsOf(name, script, circumstances);
      samples.push({ figure: stepTime, contender: name, round, value });
    }
    return samples;
  });
}

async function nanosecondsOf(
  name: string,
  [file = '', ...given]: readonly string[],
  { cores, plan }: Circumstances,
): Promise<number> {
  const command = [process.execPath, resolve(STEPS, file), ...given];
  const stepper = new PinnedProcess(name, cores.server, command);
  try {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < plan.stepTries; tries += 1) {
      const answer = (await stepper.ask(String(plan.stepSeconds))) as { nanoseconds: number };
      least = Math.min(least, answer.nanoseconds);
    }
    return least;
  } finally {
    await stepper.end();
  }
}
