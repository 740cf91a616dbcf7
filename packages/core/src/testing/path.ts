/** Paths of the model: the machine's input and output, step by step. */
import type { Command } from '../machine/commands.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';

/** One step of the machine. */
export interface Step {
  readonly from: StateName;
  readonly fact: Fact;
  readonly to: StateName;
  readonly commands: readonly Command[];
}

/** A sequence of facts, from the opening on. */
export interface Path {
  /** The types of its facts, with their variants. */
  readonly name: string;
  readonly facts: readonly Fact[];
}
