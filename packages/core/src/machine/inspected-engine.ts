/**
 * The engine for whoever wants to look inside: an XState actor per session, with XState's own inspection
 * (`createActor`'s `inspect`, which Stately's inspector takes). The same machine; some forty times the cost of a step.
 *
 * What it shows holds facts as they are, credentials included: for development, never for production.
 */
import { createActor, type InspectionEvent, type Observer } from 'xstate';
import type { Command } from './commands.ts';
import type { Engine, Snapshot } from './engine.ts';
import type { Fact } from './facts.ts';
import { type SessionInput, sessionMachine } from './machine.ts';

type Inspect = ((event: InspectionEvent) => void) | Observer<InspectionEvent>;

/** One session's actor, and where its commands go. */
interface Inspected {
  readonly send: (fact: Fact) => void;
  readonly snapshot: () => Snapshot;
  sink: Command[];
}

export function inspectedEngine(inspect: Inspect): Engine {
  /** By the snapshot that a session holds: the actor it came from. */
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
