/** Random walks through the machine, longer than the shortest paths. A seed always gives the same walk. */
import type { Fact } from '@sallyport/core';
import { isLate, type Path, pathName, sampleFacts, stepsOf, verifiedAttempts } from '@sallyport/core/testing';

/** Marsaglia's xorshift: a sequence of random numbers that the seed determines. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Facts that end a session come late, or every walk would be short. */
const ENDS_AFTER = 4;

export function randomWalk(
  seed: number,
  longest: number,
  isPossible: (facts: readonly Fact[]) => boolean,
): Path {
  const below = random(seed * 2_654_435_761);
  const makers = [...sampleFacts.values()];
  const facts: Fact[] = [];
  for (let tries = 0; tries < 400 && facts.length < longest; tries += 1) {
    const maker = makers[below(makers.length)];
    const fact = maker?.(attemptAfter(facts));
    if (!fact) continue;
    const next = [...facts, fact];
    const steps = stepsOf(next);
    const last = steps.at(-1);
    // A late verdict does nothing, and is worth a step all the same if its attempt was asked about.
    const before = steps.slice(0, -1);
    const isLateVerdict =
      'attempt' in fact && isLate(before, fact) && verifiedAttempts(before).includes(fact.attempt);
    const stirs = last && (last.commands.length > 0 || last.from !== last.to || isLateVerdict);
    const ends = last?.to === 'closing' || last?.to === 'closed' || last?.to === 'established.draining';
    if (stirs && !(ends && facts.length < longest - ENDS_AFTER) && isPossible(next)) facts.push(fact);
    if (last?.to === 'closed') break;
  }
  return { name: `walk ${seed}: ${pathName(facts)}`, facts };
}

/** The number of the current attempt, 1 if there is none. */
function attemptAfter(facts: readonly Fact[]): number {
  const verified = stepsOf(facts)
    .flatMap(({ commands }) => commands)
    .findLast((command) => command.type === 'verify');
  return verified?.attempt ?? 1;
}
