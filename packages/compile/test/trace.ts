/**
 * Runs a compiled machine, checks that XState does the same, and returns a short trace: after each event the dotted state and
 * the types of what was emitted.
 */

import type { AnyStateMachine } from 'xstate';
import * as xstate from 'xstate';
import { compile } from '../src/index.ts';
import { compareMachine, emptyTally } from './run-cases.ts';

export function traceOf(machine: AnyStateMachine, ...types: string[]): string[] {
  const events = types.map((type) => ({ type, by: 1 }));
  compareMachine(xstate, machine, [{ input: 0, events }], true, emptyTally());

  const table = compile(machine);
  const emitted: { type: string }[] = [];
  const lineFor = (path: string) => [path, ...emitted.splice(0).map(({ type }) => type)].join(' ');
  let snapshot = table.start(0, emitted);
  const trace = [lineFor(snapshot.path)];
  for (const event of events) {
    snapshot = table.step(snapshot, event, emitted);
    trace.push(lineFor(snapshot.path));
  }
  return trace;
}
