/**
 * What `compile` refuses, and the one line that says so: the state, the feature, and what to do instead.
 *
 * Everything outside the subset ends here when the machine is compiled. Nothing is left out silently. What a step does is
 * not decided here. Called by `read.ts` and `built-ins.ts`.
 * Proven by: test/refusals.test.ts, one test for each feature.
 */
import { CompileError } from './compile-error.ts';

const asCommand = 'Emit a command, let its receiver act, and send the outcome back as an event.';
const asTimer = 'Emit a command that arms a timer, and send its end back as an event.';

/** Built-in actions with effects outside the machine, which a compiled machine never has. */
export const actionAdvice: Readonly<Record<string, string>> = {
  'xstate.cancel': asTimer,
  'xstate.enqueueActions': 'Write the alternatives as transitions with guards.',
  'xstate.log': 'Emit what is to be logged.',
  'xstate.sendTo': asCommand,
  'xstate.spawnChild': asCommand,
  'xstate.stopChild': asCommand,
};

/** Keys that XState 4 had and XState 5 ignores, and what XState 5 has instead. */
export const xstate4Keys: ReadonlyMap<string, string> = new Map([
  ['activities', "Write 'invoke', which a command replaces here"],
  ['cond', "Write 'guard'"],
  ['data', "Write 'output'"],
  ['delay', "Write 'after', which a command that arms a timer replaces here"],
  ['delimiter', 'Leave it out: state paths use dots'],
  ['in', "Write 'guard: stateIn(…)'"],
  ['internal', "Write 'reenter: true' for 'internal: false', and leave out 'internal: true'"],
  ['key', 'Leave it out: a state has the key that its parent gives it'],
  ['onEntry', "Write 'entry'"],
  ['onExit', "Write 'exit'"],
  ['parallel', "Write 'type: 'parallel'', which this compiler refuses too"],
  ['predictableActionArguments', 'Leave it out: XState 5 always does this'],
  ['preserveActionOrder', 'Leave it out: XState 5 always does this'],
  ['schema', 'Declare types in setup()'],
  ['strict', "Leave it out, or add an '*' transition"],
  ['tsTypes', 'Declare types in setup()'],
]);

export const advice = {
  after: asTimer,
  childless: "Give it type 'compound', or no child states.",
  customAction: 'Only assign, emit and raise run here: emit what the function should act on.',
  cyclicGuard: 'Let one of the names stand for a function.',
  delayedRaise: asTimer,
  foreignTarget: 'Name a state of this machine.',
  getter: 'Write a function in its place: XState would call the getter in every step.',
  history: 'Keep what is to be remembered in the context, and guard on it.',
  infixWildcard: "A wildcard stands alone ('*') or at the end ('a.*').",
  invoke: asCommand,
  maxIterations: 'Give a number of at least 1, or leave it out.',
  missing: 'Give it one in setup() or provide(), and compile what they return.',
  notAction: 'Write assign(), emit() or raise() there, or the name of one.',
  notAssigner: 'Give it an object of values and functions, or a function that returns one.',
  notEvent: 'Give it an event object with a type, or a function that returns one.',
  notGuard:
    'Write a function, a name, and(), or(), not() or stateIn() there, or leave the guard out: then the transition is always allowed.',
  notGuardList: 'Give it an array of guards.',
  notStateValue: "Name a state by its id ('#id') or by its value.",
  parallel: 'Make each region a machine of its own, or write each combination as a state.',
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
