/** The model: XState's graph of the client's machine, and the compiled table beside it. */
import { type Command, clientMachine, type Fact } from '@sallyport/client';
import { compile } from '@sallyport/compile';
import { describe, expect, it } from 'vitest';
import type { AnyTransitionDefinition } from 'xstate';
import { createTestModel, getShortestPaths } from 'xstate/graph';
import { sampleFacts } from './sample-facts.ts';
import { nameOf, type Snapshot, start, step } from './steps.ts';

const situation = ({ value, context }: Snapshot) => JSON.stringify([value, context]);
const acceptedFacts = (snapshot: Snapshot) =>
  [...sampleFacts.values()]
    .map((variant) => variant(snapshot.context.question))
    .filter((fact) => snapshot.can(fact));
const options = (reconnects: boolean) =>
  ({
    input: { reconnects },
    events: acceptedFacts,
    // Questions and failures are numbered without end.
    stopWhen: ({ context }: Snapshot) =>
      context.question > 3 || context.failures > 1 || context.failedRenewals > 1,
  }) as never;

const paths: readonly { readonly reconnects: boolean; readonly facts: readonly Fact[] }[] = [
  true,
  false,
].flatMap((reconnects) => {
  // A path must lead to each edge, not only to each state.
  const model = createTestModel(clientMachine, {
    events: acceptedFacts as never,
    serializeState: (snapshot, event, before) =>
      `${situation(snapshot as Snapshot)} by ${JSON.stringify(event)} from ${before ? situation(before as Snapshot) : ''}`,
  });
  return model
    .getShortestPaths(options(reconnects))
    .map(({ steps }) => ({ reconnects, facts: steps.slice(1).map(({ event }) => event as Fact) }));
});

function commandsOf({ reconnects, facts }: (typeof paths)[number]): Command[] {
  const { commands, snapshot } = start(reconnects);
  let now = snapshot;
  for (const fact of facts) {
    const next = step(now, fact);
    commands.push(...next.commands);
    now = next.snapshot;
  }
  return commands;
}

describe('The paths of the client model', () => {
  it('take every transition of the machine', () => {
    const untaken = new Set<AnyTransitionDefinition>();
    const collect = (node: { transitions: Map<string, AnyTransitionDefinition[]>; states: object }) => {
      for (const definitions of node.transitions.values()) for (const one of definitions) untaken.add(one);
      for (const child of Object.values(node.states)) collect(child as typeof node);
    };
    collect(clientMachine.root as never);
    for (const { reconnects, facts } of paths) {
      let { snapshot } = start(reconnects);
      for (const fact of facts) {
        for (const one of clientMachine.getTransitionData(snapshot, fact) ?? [])
          untaken.delete(one as AnyTransitionDefinition);
        snapshot = step(snapshot, fact).snapshot;
      }
    }
    expect([...untaken].map(({ source, eventType }) => `${source.path.join('.')} × ${eventType}`)).toEqual(
      [],
    );
  });

  it('lead the compiled table to the same states and commands', () => {
    const table = compile(clientMachine);
    for (const path of paths) {
      const commands: Command[] = [];
      let snapshot = table.start({ reconnects: path.reconnects }, commands);
      for (const fact of path.facts) snapshot = table.step(snapshot, fact, commands);
      expect(commands).toEqual(commandsOf(path));
    }
  });

  it('ignore the answer to an earlier request for credentials, in every situation', () => {
    const types = ['given', 'repeated', 'withheld', 'unsayable', 'failed'] as const;
    // Many paths lead to the same situation. Each situation is tried once.
    const tried = new Set<string>();
    for (const { reconnects, facts } of paths) {
      let { snapshot } = start(reconnects);
      for (const fact of facts) {
        snapshot = step(snapshot, fact).snapshot;
        const reached = JSON.stringify([snapshot.value, snapshot.context]);
        if (tried.has(reached)) continue;
        tried.add(reached);
        // The number before, and the next one: only the awaited number counts.
        for (const offset of [-1, 1])
          for (const type of types) {
            const question = snapshot.context.question + offset;
            const after = step(snapshot, { type: `credentials.${type}`, question });
            const what = `${type} after ${facts.map((one) => one.type).join(' → ')}`;
            expect([after.snapshot.value, after.commands], what).toEqual([snapshot.value, []]);
            expect(after.snapshot.context, what).toEqual(snapshot.context);
          }
      }
    }
  });

  it('disarm every timer that they arm, except those that fired', () => {
    for (const path of paths) {
      const armed = new Set<string>();
      const end: Fact[] = [{ type: 'session.closed' }, { type: 'connection.closed', reason: 'clientLeft' }];
      for (const command of commandsOf({ ...path, facts: [...path.facts, ...end] })) {
        if (command.type === 'arm') armed.add(command.timer);
        if (command.type === 'disarm') armed.delete(command.timer);
      }
      expect([...armed]).toEqual([]);
    }
  });

  it('send credentials only after they were given or postponed, and only on a connection', () => {
    for (const { reconnects, facts } of paths) {
      let { snapshot } = start(reconnects);
      let given = 0;
      let isConnected = false;
      for (const fact of facts) {
        if (fact.type === 'credentials.given') given += 1;
        // The server has not verified them, even if the connection has closed.
        if (snapshot.context.isPostponed && fact.type !== 'answer.refused') given = Math.max(given, 1);
        if (fact.type === 'answer.postponed' && nameOf(snapshot) === 'authenticating.awaitingVerdict')
          given = 1;
        if (fact.type === 'connection.opened') isConnected = true;
        if (fact.type === 'connection.closed') isConnected = false;
        const next = step(snapshot, fact);
        for (const { type } of next.commands) {
          if (type === 'drop') isConnected = false;
          if (type !== 'authenticate' && type !== 'refresh') continue;
          expect(isConnected).toBe(true);
          given -= 1;
        }
        expect(given).toBeGreaterThanOrEqual(0);
        snapshot = next.snapshot;
      }
    }
  });
});

describe('Postponed credentials in the client model', () => {
  it('are sent again after the wait and never during it, unless the program closes or gives others', () => {
    let waits = 0;
    for (const { reconnects, facts } of paths) {
      let { snapshot } = start(reconnects);
      for (const fact of facts) {
        const from = nameOf(snapshot);
        const next = step(snapshot, fact);
        snapshot = next.snapshot;
        if (!from.startsWith('postponed.') || nameOf(snapshot).startsWith('postponed.')) continue;
        const sent = next.commands.map(({ type }) => type);
        const isDone = ['session.closed', 'session.resumed', 'connection.closed'].includes(fact.type);
        if (!isDone) {
          expect(fact.type).toBe('repeat.timedOut');
          expect(sent).toContain(from === 'postponed.connected' ? 'authenticate' : 'open');
          waits += 1;
        } else expect(sent).not.toContain('authenticate');
        expect(sent.includes('ask')).toBe(fact.type === 'session.resumed' && fact.hasCredentials);
      }
    }
    expect(waits).toBeGreaterThan(0);
  });

  it('are forgotten after they are refused or accepted', () => {
    for (const { reconnects, facts } of paths) {
      let { snapshot } = start(reconnects);
      for (const fact of facts) snapshot = step(snapshot, fact).snapshot;
      const name = nameOf(snapshot);
      if (name.startsWith('ready.') || name.endsWith('.asking'))
        expect(snapshot.context.isPostponed).toBe(false);
    }
  });
});

describe('The situations of the client model', () => {
  const situations = getShortestPaths(clientMachine, {
    ...(options(true) as object),
    serializeState: (snapshot: unknown) => situation(snapshot as Snapshot),
  } as never).map(({ state }) => state as Snapshot);

  it('include every state', () => {
    expect(new Set(situations.map(({ value }) => JSON.stringify(value))).size).toBe(12);
  });

  it('all end in closed after the program closes, once the connection closes or the time runs out', () => {
    for (const situated of situations)
      for (const end of [
        { type: 'connection.closed', reason: 'clientLeft' },
        { type: 'closing.timedOut' },
      ] as const) {
        const left = step(situated, { type: 'session.closed' }).snapshot;
        expect(left.status === 'done' ? left.value : step(left, end).snapshot.value).toBe('closed');
      }
  });
});
