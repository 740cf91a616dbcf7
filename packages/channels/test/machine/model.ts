/**
 * The model: the graph of the channel machine, as paths for tests. Each path is a shortest way to one step of the machine.
 * Numbers of attempts and offsets grow without end, so a situation has only what guards compare: `xstate/graph` cannot do that.
 */
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import type { Command } from '../../src/machine/commands.ts';
import { channelTable, stateName } from '../../src/machine/engine.ts';
import type { Fact } from '../../src/machine/facts.ts';
import { channelMachine, type StateName } from '../../src/machine/machine.ts';
import { sampleFacts } from './sample-facts.ts';

export type XStateSnapshot = SnapshotFrom<typeof channelMachine>;

/** One step of the machine. */
export interface Step {
  readonly from: StateName;
  readonly fact: Fact;
  readonly to: StateName;
  readonly commands: readonly Command[];
}

/** The identity of a situation: equal texts mean equal situations. */
function situation({ value, context }: XStateSnapshot): string {
  const { position, expected, latest, hasDropped, isWanted } = context;
  const from = (offset: number | undefined) =>
    offset === undefined ? '-' : offset - (position?.offset ?? 0);
  return JSON.stringify([
    value,
    position !== undefined,
    from(expected?.offset),
    from(latest?.offset),
    hasDropped,
    isWanted,
  ]);
}

/** The facts with an effect here. */
const effectiveFacts = (snapshot: XStateSnapshot): Fact[] =>
  [...sampleFacts.values()].map((variant) => variant(snapshot.context)).filter((fact) => snapshot.can(fact));

/** The facts of a shortest path to each step: every fact with an effect, in every situation. */
export function modelPaths(): readonly (readonly Fact[])[] {
  const [start] = initialTransition(channelMachine);
  const seen = new Set([situation(start)]);
  const open: { readonly snapshot: XStateSnapshot; readonly facts: readonly Fact[] }[] = [
    { snapshot: start, facts: [] },
  ];
  const paths: (readonly Fact[])[] = [];
  for (const { snapshot, facts } of open)
    for (const fact of effectiveFacts(snapshot)) {
      const path = [...facts, fact];
      paths.push(path);
      const [after] = transition(channelMachine, snapshot, fact);
      if (seen.has(situation(after))) continue;
      seen.add(situation(after));
      open.push({ snapshot: after, facts: path });
    }
  return paths;
}

/** The steps that XState takes for these facts. */
export function stepsOf(facts: readonly Fact[]): readonly Step[] {
  let [snapshot] = initialTransition(channelMachine);
  return facts.map((fact) => {
    const from = stateName(snapshot);
    const [after, actions] = transition(channelMachine, snapshot, fact);
    snapshot = after;
    const commands = (actions as unknown as { params: { event: Command } }[]).map(
      ({ params }) => params.event,
    );
    return { from, fact, to: stateName(after), commands };
  });
}

/** The steps that the table takes, which runs in production. */
export function tableStepsOf(facts: readonly Fact[]): readonly Step[] {
  let snapshot = channelTable.start(undefined as never, []);
  return facts.map((fact) => {
    const from = stateName(snapshot);
    const commands: Command[] = [];
    snapshot = channelTable.step(snapshot, fact, commands);
    return { from, fact, to: stateName(snapshot), commands };
  });
}
