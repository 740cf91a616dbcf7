/** A path of the model: what goes into the machine, step by step, and what comes out. */
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

export interface Path {
  /** Its facts, in words. */
  readonly name: string;
  readonly facts: readonly Fact[];
}
