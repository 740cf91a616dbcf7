/**
 * What is refused, and the one line that says so: the state, the feature, and what to do instead.
 *
 * Whatever is outside the subset ends here at compile time; nothing is left out silently, and nothing here is about
 * what happens in a step. Called by `read.ts` and `built-ins.ts`.
 * Proven by: test/refusals.test.ts, one test per feature.
 */

/** A machine holds something that this compiler does not take. */
export class CompileError extends Error {
  /** The dotted path of the state; the machine's id for the root. */
  readonly state: string;
  readonly feature: string;

  constructor(state: string, feature: string, advice: string) {
    super(`Cannot compile state '${state}': ${feature} is not supported. ${advice}`);
    this.name = 'CompileError';
    this.state = state;
    this.feature = feature;
  }
}

const asCommand = 'Emit a command, let its receiver act, and send the outcome back as an event.';
const asTimer = 'Emit a command that arms a timer, and send its end back as an event.';

/** Built-in actions that act on the world, which a compiled machine never does. */
export const actionAdvice: Readonly<Record<string, string>> = {
  'xstate.cancel': asTimer,
  'xstate.enqueueActions': 'Write the alternatives as transitions with guards.',
  'xstate.log': 'Emit what is to be logged.',
  'xstate.sendTo': asCommand,
  'xstate.spawnChild': asCommand,
  'xstate.stopChild': asCommand,
};

export const advice = {
  after: asTimer,
  childless: "Give it type 'compound', or no child states.",
  customAction: 'Only assign, emit and raise run here: emit what the function should act on.',
  cyclicGuard: 'Let one of the names stand for a function.',
  delayedRaise: asTimer,
  foreignTarget: 'Name a state of this machine.',
  history: 'Keep what is to be remembered in the context, and guard on it.',
  infixWildcard: "A wildcard stands alone ('*') or at the end ('a.*').",
  invoke: asCommand,
  maxIterations: 'Give a number of at least 1, or leave it out.',
  missing: 'Give it one in setup() or provide(), and compile what they return.',
  parallel: 'Make each region a machine of its own, or spell its states out.',
  raisedString: 'Raise an event object: raise({ type }).',
  reserved: 'Rename the event: XState keeps this name for itself.',
  route: 'Write it as transitions of the root state.',
  severalTargets: 'Name one target: there are no parallel states to need more.',
  unknownKey: 'It may be newer than this compiler, or misspelt.',
  unknownShape: 'This XState is not one that @sallyport/compile knows; see its peer dependency.',
} as const;

export function refuse(state: string, feature: string, why: keyof typeof advice): never {
  throw new CompileError(state, feature, advice[why]);
}
