/**
 * An engine for development: one XState actor per session, with XState's inspection (the `inspect` option of `createActor`,
 * which Stately's inspector uses). It runs the same machine. A step costs about forty times as much.
 *
 * Its events hold the facts, and so the credentials. Never use it in production.
 */
import { createActor, type InspectionEvent, type Observer } from 'xstate';
import type { Command } from './commands.ts';
import type { Engine, Snapshot } from './engine.ts';
import type { Fact } from './facts.ts';
import { type SessionInput, sessionMachine } from './machine.ts';

type Inspect = ((event: InspectionEvent) => void) | Observer<InspectionEvent>;

/** One session's actor, and the list that its commands go to. */
interface Inspected {
  readonly send: (fact: Fact) => void;
  readonly snapshot: () => Snapshot;
  sink: Command[];
}

/** An engine that reports every step to an XState inspector. For development only: the reports hold credentials. */
export function inspectedEngine(inspect: Inspect): Engine {
  /** The actor of each snapshot that a session holds. */
  const inspected = new WeakMap<Snapshot, Inspected>();
  const keep = (one: Inspected): Snapshot => {
    const snapshot = one.snapshot();
    inspected.set(snapshot, one);
    return snapshot;
  };
  return {
    start(input: SessionInput, commands: Command[]) {
      const actor = createActor(sessionMachine, { input, inspect });
      const one: Inspected = {
        send: (fact) => actor.send(fact),
        snapshot: () => actor.getSnapshot() as Snapshot,
        sink: commands,
      };
      actor.on('*', (command) => one.sink.push(command));
      actor.start();
      return keep(one);
    },
    step(snapshot: Snapshot, fact: Fact, commands: Command[]) {
      const one = inspected.get(snapshot) as Inspected;
      one.sink = commands;
      one.send(fact);
      return keep(one);
    },
  };
}
