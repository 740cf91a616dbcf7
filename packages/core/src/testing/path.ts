/** Paths of the model: the machine's input and output, step by step. */
import type { Command } from '../machine/commands.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';

/** One step of the machine. */
export interface Step {
  /** The state before the step. */
  readonly from: StateName;
  /** The fact that the machine took. */
  readonly fact: Fact;
  /** The state after the step. */
  readonly to: StateName;
  /** The commands of the step, in order. */
  readonly commands: readonly Command[];
}

/** A sequence of facts, from the opening on. */
export interface Path {
  /** The types of its facts, with their variants. */
  readonly name: string;
  /** The facts, in order. */
  readonly facts: readonly Fact[];
}
