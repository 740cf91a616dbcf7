/**
 * Paths with a late verdict, one on an attempt that the session does not wait for. The authenticator may give it after a
 * timeout, after the end, or a second time. It must have no effect, so XState's graph has no step for it.
 *
 * Proven by: test/machine/late-verdicts.test.ts.
 */
import type { Fact } from '../machine/facts.ts';
import type { Path, Step } from './path.ts';

type Verdict = Extract<Fact, { readonly attempt: number }>;

const identity = { user: 'admin', expiresInMs: 60_000 };

/** Every verdict that an authenticator can give on this attempt. */
export const verdictsOn = (attempt: number): readonly Verdict[] => [
  { type: 'credentials.accepted', attempt, identity },
  { type: 'credentials.accepted', attempt, identity: { ...identity, user: 'eve' } },
  { type: 'credentials.refused', attempt },
  { type: 'credentials.postponed', attempt, retryInMs: 1_000 },
  { type: 'authenticator.failed', attempt },
  { type: 'authenticator.overloaded', attempt },
];

/** The numbers of the attempts that the authenticator was called for in these steps, in order. */
export const verifiedAttempts = (steps: readonly Step[]): number[] =>
  steps.flatMap(({ commands }) =>
    commands.flatMap((command) => (command.type === 'verify' ? command.attempt : [])),
  );

/** The attempt that the session waits for after these steps, if any. */
export function awaitedAfter(steps: readonly Step[]): number | undefined {
  const last = steps.at(-1);
  const waits = last?.to === 'authenticating.verifying' || last?.to === 'established.refreshing';
  return waits ? verifiedAttempts(steps).at(-1) : undefined;
}

/** Whether the fact is a late verdict after these steps. */
export const isLate = (steps: readonly Step[], fact: Fact): boolean =>
  'attempt' in fact && fact.attempt !== awaitedAfter(steps);

/**
 * For each state, each verdict, and both kinds of attempt (with and without an earlier verdict): the shortest of these paths
 * that leads to the state, followed by the late verdict.
 */
export function withLateVerdicts(
  paths: readonly Path[],
  stepsOf: (facts: readonly Fact[]) => readonly Step[],
  nameOf: (facts: readonly Fact[]) => string,
): Path[] {
  const found = new Map<string, readonly Fact[]>();
  for (const { facts } of paths.flatMap((path) => [path, { facts: refusedInstead(path.facts) }])) {
    const steps = stepsOf(facts);
    for (let length = 1; length <= steps.length; length += 1) {
      const before = steps.slice(0, length);
      const state = before.at(-1)?.to;
      if (state === 'closed') break;
      const answered = new Set(facts.slice(0, length).map((fact) => ('attempt' in fact ? fact.attempt : 0)));
      for (const attempt of verifiedAttempts(before))
        for (const verdict of verdictsOn(attempt)) {
          if (!isLate(before, verdict)) continue;
          const key = [state, answered.has(attempt), nameOf([verdict])].join();
          if ((found.get(key)?.length ?? Number.POSITIVE_INFINITY) > length + 1)
            found.set(key, [...facts.slice(0, length), verdict]);
        }
    }
  }
  return [...found.values()].map((facts) => ({ name: `${nameOf(facts)} (late)`, facts }));
}

/**
 * The same path with a refusal in place of malformed credentials. Both lead to the same situation. Malformed ones take fewer
 * steps, so XState's shortest paths have no second verification before the acceptance.
 */
function refusedInstead(facts: readonly Fact[]): Fact[] {
  const credentials = facts.find((fact) => fact.type === 'credentials.received');
  if (!credentials) return [...facts];
  let attempt = 0;
  return facts.flatMap((fact): Fact[] => {
    if (fact.type === 'credentials.malformed' || fact.type === 'credentials.received') attempt += 1;
    return fact.type === 'credentials.malformed'
      ? [credentials, { type: 'credentials.refused', attempt }]
      : [fact];
  });
}
