/** Machines that hold one thing in the state `outer.inner`, and what `compile` says to them. */
import { expect } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { CompileError, compile } from '../src/index.ts';

/** A machine whose state `outer.inner` holds this. */
export const holding = (inner: object): AnyStateMachine =>
  createMachine({
    id: 'machine',
    initial: 'outer',
    states: { outer: { initial: 'inner', states: { inner, other: {} } } },
  } as never);
export const doing = (action: unknown) => holding({ entry: action });
export const guarding = (guard: unknown) => holding({ on: { event: { guard } } });

export function refusalOf(machine: AnyStateMachine): string {
  try {
    compile(machine);
  } catch (error) {
    expect(error).toBeInstanceOf(CompileError);
    return (error as Error).message;
  }
  return 'nothing';
}
