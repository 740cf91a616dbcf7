/** An XState machine, compiled to a transition table. */
export { type CompiledMachine, compile, type Snapshot } from './compile.ts';
export { CompileError } from './refusals.ts';
