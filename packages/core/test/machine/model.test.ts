/** The model: XState's own graph of the machine that runs. */
import { type Command, type Fact, sessionMachine } from '@sallyport/core';
import { modelPaths, pathName, stepsOf } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { type AnyTransitionDefinition, initialTransition, type SnapshotFrom, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { effectiveFacts, modelInput, situation, stopWhen } from '../../src/testing/model.ts';

type Snapshot = SnapshotFrom<typeof sessionMachine>;

const paths = modelPaths();

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
  it('the paths take every transition of the machine', () => {
    const untaken = allTransitions();
    for (const path of paths) {
      let snapshot = initial();
      for (const fact of path.facts) {
        for (const one of sessionMachine.getTransitionData(snapshot, fact) ?? [])
          untaken.delete(one as AnyTransitionDefinition);
        [snapshot] = transition(sessionMachine, snapshot, fact);
      }
    }
    expect([...untaken].map(({ source, eventType }) => `${source.path.join('.')} × ${eventType}`)).toEqual(
      [],
    );
  });

  it('the paths are planned once for all callers in a process', () => {
    expect(modelPaths()).toBe(paths);
  });

  it('the name of a path lists its facts', () => {
    expect(pathName([])).toBe('the opening');
    expect(paths.map(({ name }) => name)).toContain(
      'credentials.received → credentials.accepted (eve) → connection.closed',
    );
  });

  it('no path delivers a message or serves a request before an acceptance, or sends anything after the close', () => {
    for (const path of paths) {
      let isOpen = false;
      let hasEnded = false;
      for (const command of commandsOf(path.facts)) {
        if (['deliver', 'serve', 'cancel', 'settle'].includes(command.type)) expect(isOpen).toBe(true);
        if (['answer', 'deliver', 'serve', 'cancel'].includes(command.type)) expect(hasEnded).toBe(false);
        if (command.type === 'setIdentity') isOpen = true;
        if (command.type === 'close' || command.type === 'terminate') hasEnded = true;
      }
    }
  });

  it('every path disarms the timers that it arms, except those that fired', () => {
    for (const path of paths) {
      const armed = new Set<string>(['authentication']);
      for (const command of commandsOf([
        ...path.facts,
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

describe('every reachable situation', () => {
  const situations = getShortestPaths(sessionMachine, {
    input: modelInput,
    events: effectiveFacts as never,
    stopWhen,
    serializeState: (snapshot) => situation(snapshot as Snapshot),
  }).map(({ state }) => state as Snapshot);

  it('the timers alone lead to closed from every situation', () => {
    for (const start of situations) {
      let snapshot = start;
      // In the order in which they would fire; timers that are not armed change nothing.
      for (const timer of ['verification', 'authentication', 'expiry', 'draining', 'closing'] as const)
        [snapshot] = transition(sessionMachine, snapshot, { type: `${timer}.timedOut` });
      expect(snapshot.value, situation(start)).toBe('closed');
    }
  });

  it('the end of the connection leads to closed, and only disarms timers and abandons what is awaited', () => {
    for (const start of situations) {
      const [after, actions] = transition(sessionMachine, start, { type: 'connection.closed' });
      const commands = (actions as unknown as { params: { event: Command } }[]).map(
        ({ params }) => params.event.type,
      );
      expect(after.value).toBe('closed');
      expect(commands.filter((type) => !['disarm', 'abandon', 'abandonRequests'].includes(type))).toEqual([]);
    }
  });

  it('the model reaches a situation of every kind', () => {
    expect(new Set(situations.map(({ value }) => JSON.stringify(value))).size).toBe(7);
  });
});

function commandsOf(facts: readonly Fact[]): Command[] {
  return stepsOf(facts).flatMap(({ commands }) => commands);
}

function initial(): Snapshot {
  return initialTransition(sessionMachine, modelInput)[0];
}
