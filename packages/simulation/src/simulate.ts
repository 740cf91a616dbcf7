/**
 * Many runs, one seed after the other, until one of them breaks a rule. Counts what happened in all of them.
 *
 * Proven by: test/simulation.test.ts.
 */
import { ACTIONS, type FaultKind } from './actions.ts';
import { allCells, watchingCells } from './cells.ts';
import { APPLICATION_FAULTS, AUTHENTICATOR_FAULTS, AUTHORIZER_FAULTS } from './ports.ts';
import { type RunPlan, type RunResult, run } from './run.ts';
import { shrink } from './shrink.ts';
import type { BrokerKind } from './world.ts';

/** Runs that look for the shortest list. */
const SHRINK_RUNS = 600;

/** What happens on the link to logs in memory alone. */
const MEMORY_COUNTERS = [
  ...['lose', 'double', 'delay', 'reorder'].map((name) => `fault.broker.facts.${name}`),
  'fault.broker.answers',
  'fault.broker.deadline',
];

/** What to simulate. */
export interface Simulation {
  /** The seed of the first run. */
  readonly seed: number;
  readonly runs: number;
  readonly events: number;
  readonly faults: readonly FaultKind[];
  /** The broker of all runs. Default: the seed of each says it. */
  readonly broker?: BrokerKind | undefined;
  /** Whether to leave a failure as long as it is. Default: false. */
  readonly isQuick?: boolean;
  /** Called after each run. Returns whether to go on. */
  readonly onRun?: (done: number) => boolean;
}

/** A run that broke a rule, with the shortest list of events that breaks the same one. */
export interface Failure {
  readonly plan: RunPlan;
  readonly result: RunResult;
}

export interface SimulationResult {
  readonly runs: number;
  readonly steps: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly cells: ReadonlyMap<string, number>;
  readonly failure: Failure | undefined;
}

export async function simulate({
  seed,
  runs,
  events,
  faults,
  broker,
  isQuick,
  onRun,
}: Simulation): Promise<SimulationResult> {
  const counts = new Map<string, number>();
  const cells = new Map<string, number>();
  let done = 0;
  let steps = 0;
  let failure: Failure | undefined;
  while (done < runs && !failure) {
    const plan = { seed: seed + done, events, faults, broker };
    const result = await watchingCells(cells, () => run(plan));
    steps += result.steps;
    for (const [name, count] of result.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    if (result.violation) failure = isQuick ? { plan, result } : await shortestOf(plan, result);
    done += 1;
    if (onRun && !onRun(done)) break;
  }
  return { runs: done, steps, counts, cells, failure };
}

/** The same failure with as few events as possible, and with its log. */
async function shortestOf(plan: RunPlan, first: RunResult): Promise<Failure> {
  const rule = first.violation?.rule;
  const breaks = async (only: readonly number[]) => (await run({ ...plan, only })).violation?.rule === rule;
  const indices = first.happened.map(({ index }) => index);
  const only = await shrink(indices, breaks, SHRINK_RUNS);
  const shortest = { ...plan, only, log: true };
  return { plan: shortest, result: await run(shortest) };
}

/** The counters that should not stay at 0 when many runs with all faults are over, on this broker or, without one, on both. */
export function expectedCounters(kind?: BrokerKind): readonly string[] {
  const happens = (broker: BrokerKind | undefined) => !kind || !broker || broker === kind;
  return [
    ...Object.entries(ACTIONS).flatMap(([name, { broker }]) => (happens(broker) ? [`action.${name}`] : [])),
    ...(happens('redis') ? ['fault.redis.answers', 'redis.connected', 'redis.interrupted'] : []),
    ...(happens('memory') ? MEMORY_COUNTERS : []),
    ...AUTHORIZER_FAULTS.map((name) => `fault.authorizer.${name}`),
    ...AUTHENTICATOR_FAULTS.map((name) => `fault.authenticator.${name}`),
    ...APPLICATION_FAULTS.map((name) => `fault.application.${name}`),
    ...['half-open.client', 'half-open.server', 'half-open.none'].map((name) => `fault.${name}`),
    ...['kill.silent', 'kill.loud', 'authenticator.throws'].map((name) => `fault.${name}`),
    ...['recovered', 'notRecovered', 'lost', 'published', 'publish.resolved', 'presence.resolved', 'reply'],
    ...['read.publication', 'read.lost', 'raw.forged', 'raw.wrong', 'raw.cancel', 'raw.request'],
    ...['permissionEnded', 'permissionRevoked', 'unsubscribedByServer'].map((name) => `unsubscribed.${name}`),
    ...['forbidden', 'unavailable', 'unknown', 'alreadySubscribed', 'notSubscribed', 'tooManyChannels'].map(
      (name) => `answer.${name}`,
    ),
    ...['idInUse', 'invalidRequest', 'publicationTooBig', 'cancelled', 'timedOut', 'tooManyRequests'].map(
      (name) => `answer.${name}`,
    ),
    ...['stalled', 'silent', 'revoked', 'expired', 'draining', 'connectionLost', 'clientLeft'].map(
      (name) => `end.${name}`,
    ),
  ];
}

/** What should have happened and has not. */
export function neverReached(
  result: SimulationResult,
  broker?: BrokerKind,
): {
  readonly counters: string[];
  readonly cells: string[];
} {
  return {
    counters: expectedCounters(broker).filter((name) => !result.counts.has(name)),
    cells: allCells().filter((name) => !result.cells.has(name)),
  };
}
