/** The error of this package. Proven by: test/refusals.test.ts. */

/** Thrown when a machine, or a description of one, holds something that this compiler does not support. */
export class CompileError extends Error {
  /** The dotted path of the state; the machine's id for the root. */
  readonly state: string;
  /** What is not supported, such as `after`. It is part of the message. */
  readonly feature: string;

  constructor(state: string, feature: string, advice: string) {
    super(`Cannot compile state '${state}': ${feature} is not supported. ${advice}`);
    this.name = 'CompileError';
    this.state = state;
    this.feature = feature;
  }
}
