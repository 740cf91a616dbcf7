/** Machines with one feature in the state `outer.inner`, and the refusal that `compile` throws for them. */
import { expect } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { CompileError, compile } from '../src/index.ts';

/** A machine whose state `outer.inner` has this config. */
export const machineWith = (inner: object): AnyStateMachine =>
  createMachine({
    id: 'machine',
    initial: 'outer',
    states: { outer: { initial: 'inner', states: { inner, other: {} } } },
  } as never);
export const machineWithEntry = (action: unknown) => machineWith({ entry: action });
export const machineWithGuard = (guard: unknown) => machineWith({ on: { event: { guard } } });

export function refusalOf(machine: AnyStateMachine): string {
  try {
    compile(machine);
  } catch (error) {
    expect(error).toBeInstanceOf(CompileError);
    return (error as Error).message;
  }
  return 'nothing';
}
