/** The model: XState's own graph of the very machine that runs. */
import { type Command, type Fact, sessionMachine } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { type AnyTransitionDefinition, type SnapshotFrom, transition } from 'xstate';
import { createTestModel, getShortestPaths } from 'xstate/graph';
import { variants } from './cases.ts';

type Snapshot = SnapshotFrom<typeof sessionMachine>;

/** What tells one situation from another. */
const situation = ({ value, context }: Snapshot) => JSON.stringify([value, ...Object.values(context)]);

const input = { attempts: 2 };
/** Attempts are numbered without end; three are enough for a refresh to be refused for good. */
const stopWhen = (snapshot: unknown) => (snapshot as Snapshot).context.attempt > 3;
/** The facts that do something here; that the others do nothing is for the golden table to say. */
const events = (snapshot: Snapshot): Fact[] =>
  [...variants.values()]
    .map((variant) => variant(snapshot.context.attempt))
    .filter((fact) => snapshot.can(fact));

// An edge, not only a place, is what a path has to lead to.
const model = createTestModel(sessionMachine, {
  events: events as never,
  serializeState: (snapshot, event, before) =>
    `${situation(snapshot as Snapshot)} by ${JSON.stringify(event)} from ${before ? situation(before as Snapshot) : ''}`,
});
const paths = model.getShortestPaths({ input, stopWhen } as never);

function allTransitions(): Set<AnyTransitionDefinition> {
  const all = new Set<AnyTransitionDefinition>();
  const collect = (node: typeof sessionMachine.root | (typeof sessionMachine.root)['states'][string]) => {
    for (const definitions of node.transitions.values()) for (const one of definitions) all.add(one);
    for (const child of Object.values(node.states)) collect(child as typeof sessionMachine.root);
  };
  collect(sessionMachine.root);
  return all;
}

describe('the paths of the model', () => {
  it('take every transition of the machine', () => {
    const untaken = allTransitions();
    for (const path of paths) {
      let before: Snapshot | undefined;
      for (const { state, event } of path.steps) {
        if (before)
          for (const one of sessionMachine.getTransitionData(before, event as Fact) ?? [])
            untaken.delete(one as AnyTransitionDefinition);
        before = state as Snapshot;
      }
    }
    expect([...untaken].map(({ source, eventType }) => `${source.path.join('.')} × ${eventType}`)).toEqual(
      [],
    );
  });

  it('never deliver a message before an acceptance, nor say anything after the close', () => {
    for (const path of paths) {
      let isOpen = false;
      let isOver = false;
      for (const command of commandsOf(path.steps.map(({ event }) => event as Fact))) {
        if (command.type === 'deliver' || command.type === 'settle') expect(isOpen).toBe(true);
        if (command.type === 'answer' || command.type === 'deliver') expect(isOver).toBe(false);
        if (command.type === 'admit') isOpen = true;
        if (command.type === 'close' || command.type === 'terminate') isOver = true;
      }
    }
  });

  it('disarm what they arm, except what rang', () => {
    for (const path of paths) {
      const facts = path.steps.map(({ event }) => event as Fact);
      const armed = new Set<string>();
      for (const command of commandsOf([
        ...facts,
        { type: 'connection.closed' },
        { type: 'closing.timedOut' },
      ])) {
        if (command.type === 'arm') armed.add(command.timer);
        if (command.type === 'disarm') armed.delete(command.timer);
      }
      expect([...armed]).toEqual([]);
    }
  });
});

describe('from every situation', () => {
  const situations = getShortestPaths(sessionMachine, {
    input,
    events: events as never,
    stopWhen,
    serializeState: (snapshot) => situation(snapshot as Snapshot),
  }).map(({ state }) => state as Snapshot);

  it('the clock alone leads to closed, unless somebody is signed in for good', () => {
    for (const start of situations) {
      let snapshot = start;
      // In the order in which they would ring; those that are not armed change nothing.
      for (const timer of ['verification', 'authentication', 'expiry', 'draining', 'closing'] as const)
        [snapshot] = transition(sessionMachine, snapshot, { type: `${timer}.timedOut` });
      expect(snapshot.value, situation(start)).toBe('closed');
    }
  });

  it('the end of the connection leads to closed, and commands nothing but the disarming of timers', () => {
    for (const start of situations) {
      const [after, actions] = transition(sessionMachine, start, { type: 'connection.closed' });
      const commands = (actions as unknown as { params: { event: Command } }[]).map(
        ({ params }) => params.event.type,
      );
      expect(after.value).toBe('closed');
      expect(commands.filter((type) => type !== 'disarm' && type !== 'abandon')).toEqual([]);
    }
  });

  it('there is one of every kind', () => {
    expect(new Set(situations.map(({ value }) => JSON.stringify(value))).size).toBe(7);
  });
});

function commandsOf(facts: readonly Fact[]): Command[] {
  const commands: Command[] = [];
  let snapshot = model.testLogic.getInitialSnapshot({} as never, input) as Snapshot;
  for (const fact of facts) {
    const [after, actions] = transition(sessionMachine, snapshot, fact);
    for (const action of actions as unknown as { params: { event: Command } }[])
      commands.push(action.params.event);
    snapshot = after;
  }
  return commands;
}
