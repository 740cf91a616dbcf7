/** Compiles XState machines to transition tables, and steps sessions with them. */
export { checkDescription } from './check-description.ts';
export { type CompiledMachine, compile, compileDescription, type Snapshot } from './compile.ts';
export { CompileError } from './compile-error.ts';
export type { MachineDescription, WrittenDescription } from './description.ts';
export { type Stepped, Stepper, type Steps, type StepWatcher } from './stepper.ts';
export { type FunctionsModule, writeDescription } from './write-description.ts';
