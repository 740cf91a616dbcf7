import { describe, expect, it } from 'vitest';
import {
  type AnyStateMachine,
  cancel,
  createMachine,
  enqueueActions,
  fromPromise,
  log,
  raise,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate';
import { CompileError, compile } from '../src/index.ts';
import { doing, guarding, holding, refusalOf } from './machine-with.ts';

const elsewhere = createMachine({ id: 'elsewhere', initial: 'there', states: { there: {} } });

const asCommand = 'Emit a command, let its receiver act, and send the outcome back as an event.';
const asTimer = 'Emit a command that arms a timer, and send its end back as an event.';
const missing = 'Give it one in setup() or provide(), and compile what they return.';
const custom = 'Only assign, emit and raise run here: emit what the function should act on.';
const newer = 'It may be newer than this compiler, or misspelt.';

const refused: [string, AnyStateMachine, string][] = [
  [
    'invoke',
    holding({ invoke: { src: fromPromise(async () => 1) } }),
    `invoke is not supported. ${asCommand}`,
  ],
  ['after', holding({ after: { 1000: 'other' } }), `after is not supported. ${asTimer}`],
  [
    'parallel',
    holding({ type: 'parallel', states: { a: {} } }),
    'a parallel state is not supported. Make each region a machine of its own, or spell its states out.',
  ],
  [
    'route',
    holding({ id: 'routed', route: {} }),
    'route is not supported. Write it as transitions of the root state.',
  ],
  [
    'children of a final state',
    holding({ type: 'final', states: { a: {} } }),
    "child states below type 'final' is not supported. Give it type 'compound', or no child states.",
  ],
  [
    'spawnChild',
    doing(spawnChild('actor' as never)),
    `action xstate.spawnChild is not supported. ${asCommand}`,
  ],
  ['stopChild', doing(stopChild('actor')), `action xstate.stopChild is not supported. ${asCommand}`],
  ['sendTo', doing(sendTo('actor', { type: 'x' })), `action xstate.sendTo is not supported. ${asCommand}`],
  ['cancel', doing(cancel('id')), `action xstate.cancel is not supported. ${asTimer}`],
  ['log', doing(log('text')), 'action xstate.log is not supported. Emit what is to be logged.'],
  [
    'enqueueActions',
    doing(enqueueActions(() => {})),
    'action xstate.enqueueActions is not supported. Write the alternatives as transitions with guards.',
  ],
  [
    'raise with a delay',
    doing(raise({ type: 'x' }, { delay: 5 })),
    `raise with a delay is not supported. ${asTimer}`,
  ],
  [
    'raise of a string',
    doing(raise('x' as never)),
    "raise('x') is not supported. Raise an event object: raise({ type }).",
  ],
  ['an inline custom action', doing([() => {}]), `a custom action is not supported. ${custom}`],
  [
    'a custom action with a name of its own',
    doing(function save() {}),
    `custom action 'save' is not supported. ${custom}`,
  ],
  [
    'an action that nobody implements',
    doing('save'),
    `action 'save' without an implementation is not supported. ${missing}`,
  ],
  [
    'a guard that nobody implements',
    guarding('isOpen'),
    `guard 'isOpen' without an implementation is not supported. ${missing}`,
  ],
  [
    'several targets',
    holding({ on: { event: { target: ['#machine.outer.other', '#machine.outer'] } } }),
    'a transition with several targets is not supported. Name one target: there are no parallel states to need more.',
  ],
  [
    'a target in another machine',
    holding({ on: { event: { target: elsewhere.root } } }),
    'a target outside the machine is not supported. Name a state of this machine.',
  ],
  [
    'stateIn of an unknown state',
    guarding(stateIn('#nowhere')),
    "stateIn('#nowhere') of an unknown state is not supported. Name a state of this machine.",
  ],
  [
    'a wildcard in the middle',
    holding({ on: { 'a.*.b.*': {} } }),
    "event descriptor 'a.*.b.*' is not supported. A wildcard stands alone ('*') or at the end ('a.*').",
  ],
  [
    'an event of an actor',
    holding({ on: { 'xstate.stop': {} } }),
    "event 'xstate.stop' is not supported. Rename the event: XState keeps this name for itself.",
  ],
  ['an unknown key of a state', holding({ onEntry: [] }), `key 'onEntry' is not supported. ${newer}`],
  [
    'an unknown key of a transition',
    holding({ on: { event: { internal: true } } }),
    `transition key 'internal' is not supported. ${newer}`,
  ],
];

describe('compile refuses', () => {
  it.each(refused)('%s', (_, machine, message) => {
    expect(refusalOf(machine)).toBe(`Cannot compile state 'outer.inner': ${message}`);
  });

  it('history, by the name of its own state', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { initial: 'b', states: { b: {}, back: { type: 'history' } } } },
    });
    expect(() => compile(machine)).toThrow(
      "Cannot compile state 'a.back': a history state is not supported. Keep what is to be remembered in the context, and guard on it.",
    );
  });

  it('what stands at the root, by the name of the machine', () => {
    expect(() => compile(createMachine({ id: 'machine', exit: [() => {}] }))).toThrow(
      `Cannot compile state 'machine': a custom action is not supported. ${custom}`,
    );
  });

  it('a guard that refers to itself', () => {
    const machine = setup({ guards: { a: 'b' as never, b: 'a' as never } }).createMachine({
      always: { guard: 'a' },
    });
    expect(() => compile(machine)).toThrow(
      "Cannot compile state '(machine)': guard 'a' that refers to itself is not supported. Let one of the names stand for a function.",
    );
  });

  it('an option that it does not know, and a bound that stops everything', () => {
    expect(() => compile(createMachine({ options: { eager: true } } as never))).toThrow(
      `Cannot compile state '(machine)': option 'eager' is not supported. ${newer}`,
    );
    expect(() => compile(createMachine({ options: { maxIterations: 0 } }))).toThrow(
      "Cannot compile state '(machine)': maxIterations 0 is not supported. Give a number of at least 1, or leave it out.",
    );
  });

  it('with an error that a program can read', () => {
    try {
      compile(doing('save'));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CompileError);
      expect(error).toMatchObject({
        name: 'CompileError',
        state: 'outer.inner',
        feature: "action 'save' without an implementation",
      });
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
