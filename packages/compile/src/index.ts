/** An XState machine, compiled to a transition table; and the stepper that takes facts for it. */

export { type CompiledMachine, compile, compileDescription, type Snapshot } from './compile.ts';
export type { MachineDescription } from './description.ts';
export { CompileError } from './refusals.ts';
export { type Stepped, Stepper, type Steps, type StepWatcher } from './stepper.ts';
export { type FunctionsModule, writeDescription } from './write-description.ts';
