import { describe, expect, it } from 'vitest';
import {
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  not,
  or,
  raise,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate';
import { CompileError, compile } from '../src/index.ts';
import { machineWith, machineWithEntry, machineWithGuard, refusalOf } from './machine-with.ts';

const elsewhere = createMachine({ id: 'elsewhere', initial: 'there', states: { there: {} } });

const asCommand = 'Emit a command, let its receiver act, and send the outcome back as an event.';
const asTimer = 'Emit a command that arms a timer, and send its end back as an event.';
const missing = 'Give it one in setup() or provide(), and compile what they return.';
const custom = 'Only assign, emit and raise run here: emit what the function should act on.';
const newer = 'It may be newer than this compiler, or misspelt.';
const version4 = 'XState 4 had it, XState 5 ignores it.';
const needsAction = 'Write assign(), emit() or raise() there, or the name of one.';
const needsGuard =
  'Write a function, a name, and(), or(), not() or stateIn() there, or leave the guard out: then the transition is always allowed.';
const needsEvent = 'Give it an event object with a type, or a function that returns one.';
const needsAssigner = 'Give it an object of values and functions, or a function that returns one.';

const refused: [string, AnyStateMachine, string][] = [
  [
    'invoke',
    machineWith({ invoke: { src: fromPromise(async () => 1) } }),
    `invoke is not supported. ${asCommand}`,
  ],
  ['after', machineWith({ after: { 1000: 'other' } }), `after is not supported. ${asTimer}`],
  [
    'parallel',
    machineWith({ type: 'parallel', states: { a: {} } }),
    'a parallel state is not supported. Make each region a machine of its own, or write each combination as a state.',
  ],
  [
    'route',
    machineWith({ id: 'routed', route: {} }),
    'route is not supported. Write it as transitions of the root state.',
  ],
  [
    'children of a final state',
    machineWith({ type: 'final', states: { a: {} } }),
    "child states below type 'final' is not supported. Give it type 'compound', or no child states.",
  ],
  [
    'spawnChild',
    machineWithEntry(spawnChild('actor' as never)),
    `action xstate.spawnChild is not supported. ${asCommand}`,
  ],
  [
    'stopChild',
    machineWithEntry(stopChild('actor')),
    `action xstate.stopChild is not supported. ${asCommand}`,
  ],
  [
    'sendTo',
    machineWithEntry(sendTo('actor', { type: 'x' })),
    `action xstate.sendTo is not supported. ${asCommand}`,
  ],
  ['cancel', machineWithEntry(cancel('id')), `action xstate.cancel is not supported. ${asTimer}`],
  ['log', machineWithEntry(log('text')), 'action xstate.log is not supported. Emit what is to be logged.'],
  [
    'enqueueActions',
    machineWithEntry(enqueueActions(() => {})),
    'action xstate.enqueueActions is not supported. Write the alternatives as transitions with guards.',
  ],
  [
    'raise with a delay',
    machineWithEntry(raise({ type: 'x' }, { delay: 5 })),
    `raise with a delay is not supported. ${asTimer}`,
  ],
  [
    'raise of a string',
    machineWithEntry(raise('x' as never)),
    "raise('x') is not supported. Raise an event object: raise({ type }).",
  ],
  ['an inline custom action', machineWithEntry([() => {}]), `a custom action is not supported. ${custom}`],
  [
    'a custom action with a name of its own',
    machineWithEntry(function save() {}),
    `custom action 'save' is not supported. ${custom}`,
  ],
  [
    'an action without an implementation',
    machineWithEntry('save'),
    `action 'save' without an implementation is not supported. ${missing}`,
  ],
  [
    'a guard without an implementation',
    machineWithGuard('isOpen'),
    `guard 'isOpen' without an implementation is not supported. ${missing}`,
  ],
  [
    'several targets',
    machineWith({ on: { event: { target: ['#machine.outer.other', '#machine.outer'] } } }),
    'a transition with several targets is not supported. Name one target: there are no parallel states to need more.',
  ],
  [
    'a target in another machine',
    machineWith({ on: { event: { target: elsewhere.root } } }),
    'a target outside the machine is not supported. Name a state of this machine.',
  ],
  [
    'stateIn of an unknown state',
    machineWithGuard(stateIn('#nowhere')),
    "stateIn('#nowhere') of an unknown state is not supported. Name a state of this machine.",
  ],
  [
    'a wildcard in the middle',
    machineWith({ on: { 'a.*.b.*': {} } }),
    "event descriptor 'a.*.b.*' is not supported. A wildcard stands alone ('*') or at the end ('a.*').",
  ],
  [
    'an event of an actor',
    machineWith({ on: { 'xstate.stop': {} } }),
    "event 'xstate.stop' is not supported. Rename the event: XState keeps this name for itself.",
  ],
  ['an unknown key of a state', machineWith({ region: [] }), `key 'region' is not supported. ${newer}`],
  [
    'an unknown key of a transition',
    machineWith({ on: { event: { priority: 1 } } }),
    `transition key 'priority' is not supported. ${newer}`,
  ],
];

/** The author's own value is wrong. The advice says what belongs there. */
const mistaken: [string, AnyStateMachine, string][] = [
  ...[null, false, true, 0, 5].map((guard): [string, AnyStateMachine, string] => [
    `the guard ${guard}, which XState may always allow`,
    machineWithGuard(guard),
    `${guard} as a guard is not supported. ${needsGuard}`,
  ]),
  [
    'a guard without a type',
    machineWithGuard({}),
    `an object without a type as a guard is not supported. ${needsGuard}`,
  ],
  [
    'an undefined part of and()',
    machineWithGuard(and([undefined as never])),
    `undefined as a guard is not supported. ${needsGuard}`,
  ],
  [
    'not() of nothing',
    machineWithGuard(not(undefined as never)),
    `undefined as a guard is not supported. ${needsGuard}`,
  ],
  [
    'or() without a list',
    machineWithGuard(or('isOpen' as never)),
    "and() or or() of 'isOpen' is not supported. Give it an array of guards.",
  ],
  [
    'stateIn() of a number',
    machineWithGuard(stateIn(5 as never)),
    "stateIn(5) is not supported. Name a state by its id ('#id') or by its value.",
  ],
  ...[undefined, null, false, 5].map((action): [string, AnyStateMachine, string] => [
    `the action ${action}`,
    machineWithEntry([action]),
    `${action} as an action is not supported. ${needsAction}`,
  ]),
  ['the entry null', machineWithEntry(null), `null as an action is not supported. ${needsAction}`],
  [
    'an action without a type',
    machineWithEntry({}),
    `an object without a type as an action is not supported. ${needsAction}`,
  ],
  [
    'assign() of nothing',
    machineWithEntry(assign(undefined as never)),
    `assign(undefined) is not supported. ${needsAssigner}`,
  ],
  [
    'assign() of a number',
    machineWithEntry(assign(5 as never)),
    `assign(5) is not supported. ${needsAssigner}`,
  ],
  [
    'assign() of a list',
    machineWithEntry(assign([] as never)),
    `assign(an array) is not supported. ${needsAssigner}`,
  ],
  [
    'assign() with a getter',
    machineWithEntry(
      assign({
        get n() {
          return 1;
        },
      } as never),
    ),
    "assign with a getter for 'n' is not supported. Write a function in its place: XState would call the getter in every step.",
  ],
  ['emit() of a string', machineWithEntry(emit('x' as never)), `emit('x') is not supported. ${needsEvent}`],
  [
    'emit() of nothing',
    machineWithEntry(emit(undefined as never)),
    `emit(undefined) is not supported. ${needsEvent}`,
  ],
  [
    'raise() without a type',
    machineWithEntry(raise({} as never)),
    `raise(an object without a type) is not supported. ${needsEvent}`,
  ],
  ['raise() of null', machineWithEntry(raise(null as never)), `raise(null) is not supported. ${needsEvent}`],
  [
    'a name that every object inherits',
    machineWithGuard('toString'),
    `guard 'toString' without an implementation is not supported. ${missing}`,
  ],
  [
    'the key onEntry of XState 4',
    machineWith({ onEntry: [] }),
    `key 'onEntry' is not supported. ${version4} Write 'entry'.`,
  ],
  [
    'the key onExit of XState 4',
    machineWith({ onExit: [] }),
    `key 'onExit' is not supported. ${version4} Write 'exit'.`,
  ],
  [
    'the key in of XState 4',
    machineWith({ on: { event: { in: '#machine' } } }),
    `transition key 'in' is not supported. ${version4} Write 'guard: stateIn(…)'.`,
  ],
  [
    'the key internal of XState 4',
    machineWith({ on: { event: { internal: false } } }),
    `transition key 'internal' is not supported. ${version4} Write 'reenter: true' for 'internal: false', and leave out 'internal: true'.`,
  ],
  ['a misspelt key', machineWith({ entyr: [] }), "key 'entyr' is not supported. Did you mean 'entry'?"],
  [
    'a misspelt key of a transition',
    machineWith({ on: { event: { Actions: [] } } }),
    "transition key 'Actions' is not supported. Did you mean 'actions'?",
  ],
];

describe('refusals of compile', () => {
  it.each([...refused, ...mistaken])('compile refuses %s', (_, machine, message) => {
    expect(refusalOf(machine)).toBe(`Cannot compile state 'outer.inner': ${message}`);
  });

  it('compile refuses a history state, and names that state', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { initial: 'b', states: { b: {}, back: { type: 'history' } } } },
    });
    expect(() => compile(machine)).toThrow(
      "Cannot compile state 'a.back': a history state is not supported. Keep what is to be remembered in the context, and guard on it.",
    );
  });

  it('compile refuses a mistake in the root, and names the machine', () => {
    expect(() => compile(createMachine({ id: 'machine', exit: [() => {}] }))).toThrow(
      `Cannot compile state 'machine': a custom action is not supported. ${custom}`,
    );
  });

  it('compile refuses a name whose implementation is neither a function nor a name', () => {
    const implemented = (implementations: object, config: object) =>
      setup(implementations).createMachine({
        id: 'machine',
        ...config,
      } as never) as unknown as AnyStateMachine;
    expect(refusalOf(implemented({ guards: { isOpen: null } }, { always: { guard: 'isOpen' } }))).toBe(
      `Cannot compile state 'machine': guard 'isOpen' implemented by null is not supported. ${needsGuard}`,
    );
    expect(refusalOf(implemented({ actions: { save: 5 } }, { entry: 'save' }))).toBe(
      `Cannot compile state 'machine': action 'save' implemented by 5 is not supported. ${needsAction}`,
    );
  });

  it('compile refuses a guard that refers to itself', () => {
    const machine = setup({ guards: { a: 'b' as never, b: 'a' as never } }).createMachine({
      always: { guard: 'a' },
    });
    expect(() => compile(machine)).toThrow(
      "Cannot compile state '(machine)': guard 'a' that refers to itself is not supported. Let one of the names stand for a function.",
    );
  });

  it('compile refuses an unknown option, and a limit that allows no step', () => {
    expect(() => compile(createMachine({ options: { eager: true } } as never))).toThrow(
      `Cannot compile state '(machine)': option 'eager' is not supported. ${newer}`,
    );
    for (const maxIterations of [0, Number.NaN, -1, '5'])
      expect(() => compile(createMachine({ options: { maxIterations } } as never))).toThrow(
        `Cannot compile state '(machine)': maxIterations ${maxIterations} is not supported. Give a number of at least 1, or leave it out.`,
      );
    for (const options of [null, undefined, {}, { maxIterations: null }])
      expect(() => compile(createMachine({ options } as never))).not.toThrow();
  });

  it('the error of a refusal has fields that a program can read', () => {
    try {
      compile(machineWithEntry('save'));
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
