/**
 * One run: a list of events under one seed, then calm, then the end. The same seed and events give the same log, byte for byte.
 *
 * Proven by: test/simulation.test.ts.
 */
import { ACTIONS, FAULTS, type FaultKind } from './actions.ts';
import { Random } from './random.ts';
import type { Violation } from './report.ts';
import { type BrokerKind, Stop, World } from './world.ts';

/** What a run is made of. */
export interface RunPlan {
  readonly seed: number;
  /** How many events. Default 300. */
  readonly events?: number;
  /** The kinds of faults. Default: all. */
  readonly faults?: readonly FaultKind[];
  /** What the nodes have as their broker. Default: the seed says it, `redis` for one of three. */
  readonly broker?: BrokerKind | undefined;
  /** The numbers of the events that happen. Default: all. */
  readonly only?: readonly number[];
  /** Whether to keep the log. Default: false. */
  readonly log?: boolean;
}

/** An event that a run has had. */
export interface Happened {
  readonly index: number;
  readonly atMs: number;
  /** What happened, in words. */
  readonly what: string;
}

export interface RunResult {
  readonly violation: Violation | undefined;
  readonly happened: readonly Happened[];
  readonly log: string;
  readonly steps: number;
  readonly counts: ReadonlyMap<string, number>;
}

interface PlannedEvent {
  readonly index: number;
  readonly atMs: number;
  readonly name: string;
}

export const EVENTS = 300;

/** The broker of a run. */
function brokerOf({ seed, broker }: RunPlan): BrokerKind {
  return broker ?? (seed % 3 === 0 ? 'redis' : 'memory');
}

/** The events of a seed. Those that are left out do not change the others. */
function plannedEvents(plan: RunPlan): readonly PlannedEvent[] {
  const { seed, events = EVENTS, faults = FAULTS, only } = plan;
  const kind = brokerOf(plan);
  const names = Object.entries(ACTIONS).filter(
    ([, { fault, broker }]) => (!fault || faults.includes(fault)) && (!broker || broker === kind),
  );
  const total = names.reduce((sum, [, { weight }]) => sum + weight, 0);
  const random = new Random(`${seed}/events`);
  const planned: PlannedEvent[] = [];
  let atMs = 0;
  for (let index = 0; index < events; index += 1) {
    atMs += random.pick([0, 0, 1, 3, 10, 40, 150, 400]) + (random.chance(0.015) ? 9_000 : 0);
    let rest = random.next() * total;
    const [name] = names.find(([, { weight }]) => {
      rest -= weight;
      return rest < 0;
    }) ?? ['pause'];
    planned.push({ index, atMs, name });
  }
  if (!only) return planned;
  const kept = new Set(only);
  return planned.filter(({ index }) => kept.has(index));
}

/** Runs it. Never throws for what the run itself finds. */
export async function run(plan: RunPlan): Promise<RunResult> {
  const world = new World(plan.seed, brokerOf(plan), plan.log ?? false);
  const happened: Happened[] = [];
  const { report, scheduler } = world;
  try {
    for (const actor of world.actors) actor.start();
    world.raw.start();
    await world.pass(200);
    const startMs = scheduler.now;
    for (const { index, atMs, name } of plannedEvents(plan)) {
      await world.pass(startMs + atMs - scheduler.now);
      const action = ACTIONS[name];
      const result = action?.run(world, new Random(`${plan.seed}/event ${index}`));
      if (result === false) continue;
      report.count(`action.${name}`);
      const what = typeof result === 'string' ? `${name}: ${result}` : name;
      report.log(`* ${index} ${what}`);
      happened.push({ index, atMs: scheduler.now, what });
    }
    await world.pass(0);
    await world.converge();
    await world.end();
  } catch (error) {
    if (!(error instanceof Stop)) report.fail('nothing throws', String((error as Error)?.stack ?? error));
  }
  const { violation, lines, counts } = report;
  return { violation, happened, log: (lines ?? []).join('\n'), steps: scheduler.steps, counts };
}
