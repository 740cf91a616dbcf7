/** Which steps a table announces as one emit and nothing else. The differential test compares the answers with XState. */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine, emit, raise, setup } from 'xstate';
import { type CompiledMachine, compile, compileDescription, writeDescription } from '../src/index.ts';
import { loadSource } from './load-source.ts';

const functions = {
  declines: () => false,
  delivery: ({ event }: { event: object }) => ({ ...event, type: 'deliver' }),
  loudly: () => ({ how: 'loud' }),
  oneMore: ({ context }: { context: { n: number } }) => context.n + 1,
};

const machine = setup({
  types: { context: {} as { n: number }, emitted: {} as { type: string } },
  guards: { declines: functions.declines },
  actions: {
    deliver: emit(functions.delivery),
    settle: emit({ type: 'settle' }),
    count: assign({ n: functions.oneMore }),
    again: raise({ type: 'constant' }),
  },
}).createMachine({
  context: { n: 0 },
  initial: 'calm',
  on: { ofRoot: { actions: 'settle' }, hidden: { actions: 'settle' }, 'wild.*': { actions: 'settle' } },
  states: {
    calm: {
      on: {
        constant: { actions: 'settle' },
        computed: { actions: 'deliver' },
        withParameters: { actions: { type: 'deliver', params: functions.loudly } },
        twoEmits: { actions: ['settle', 'deliver'] },
        assigns: { actions: 'count' },
        emitsAndAssigns: { actions: ['settle', 'count'] },
        raises: { actions: 'again' },
        nothing: {},
        toItself: { target: 'calm', actions: 'settle' },
        reenters: { target: 'calm', reenter: true, actions: 'settle' },
        toAnother: { target: 'eager', actions: 'settle' },
        guarded: { guard: 'declines', actions: 'settle' },
        guardedFirst: [{ guard: 'declines', actions: 'settle' }, { actions: 'deliver' }],
        guardedLast: [{ actions: 'deliver' }, { guard: 'declines', actions: 'settle' }],
        hidden: { guard: 'declines' },
        'wild.tame': { actions: 'count' },
      },
    },
    eager: {
      always: { guard: 'declines', target: 'over' },
      on: { constant: { actions: 'settle' } },
    },
    over: { type: 'final', on: { constant: { actions: 'settle' } } },
  },
});

const types = [
  ...[
    'constant',
    'computed',
    'withParameters',
    'twoEmits',
    'assigns',
    'emitsAndAssigns',
    'raises',
    'nothing',
  ],
  ...['toItself', 'reenters', 'toAnother', 'guarded', 'guardedFirst', 'guardedLast', 'hidden', 'ofRoot'],
  ...['wild.any', 'wild.tame', 'wild', 'unknown', '', '*', 'xstate.init'],
];

const announcedBy = (table: CompiledMachine<AnyStateMachine>) =>
  table.states.map((state) => `${state}: ${types.filter((type) => table.emitsOnly(state, type)).join(' ')}`);

const golden = [
  'calm: constant computed withParameters guardedLast ofRoot wild.any wild',
  // An eventless transition may follow each event.
  'eager: ',
  // Nothing happens after the end.
  'over: ',
];

describe('emitsOnly', () => {
  it('is true for the first transition in line if it has one emit, no target and no guard, and no eventless one can follow', () => {
    expect(announcedBy(compile(machine))).toEqual(golden);
  });

  it('gives the same answers for a description that was written ahead of time', () => {
    const source = writeDescription(machine, { path: './functions.ts', exports: functions });
    expect(announcedBy(compileDescription(loadSource(source, functions)))).toEqual(golden);
  });

  it('becomes false when the transition gets a second action, a guard or a target', () => {
    const emits = emit({ type: 'settle' }) as never;
    const answerFor = (e: object) =>
      compile(createMachine({ initial: 'a', states: { a: { on: { e } }, b: {} } } as never)).emitsOnly(
        'a',
        'e',
      );
    expect(answerFor({ actions: emits })).toBe(true);
    expect(answerFor({ actions: [emits, emits] })).toBe(false);
    expect(answerFor({ actions: emits, guard: () => true })).toBe(false);
    expect(answerFor({ actions: emits, target: 'b' })).toBe(false);
    expect(answerFor({ actions: emits, reenter: true })).toBe(true);
  });

  it('is false for an event that XState gives to a wildcard of an inner state, if that wildcard does more', () => {
    const emits = emit({ type: 'settle' }) as never;
    const table = compile(
      createMachine({
        initial: 'a',
        on: { e: { actions: emits }, f: { actions: emits } },
        states: { a: { on: { 'e.*': { target: 'b' }, f: [] } }, b: {} },
      }),
    );
    expect(table.emitsOnly('a', 'e')).toBe(false);
    expect(table.emitsOnly('a', 'f')).toBe(true);
    expect(table.emitsOnly('b', 'e')).toBe(true);
  });

  it('is true for an event that only a wildcard takes, also where the state names the event without a transition', () => {
    const table = compile(
      createMachine({
        initial: 'a',
        states: { a: { on: { e: [], '*': { actions: emit({ type: 'settle' }) as never } } } },
      }),
    );
    expect([table.emitsOnly('a', 'e'), table.emitsOnly('a', 'other')]).toEqual([true, true]);
    const emitted: object[] = [];
    table.step(table.start(undefined, []), { type: 'e' }, emitted as never);
    expect(emitted).toEqual([{ type: 'settle' }]);
  });

  it('speaks for all states that have the same path, since keys may contain dots', () => {
    const emits = emit({ type: 'settle' }) as never;
    const machine = createMachine({
      initial: 'a',
      states: {
        a: { initial: 'b', states: { b: { on: { e: { actions: emits }, f: { actions: emits } } } } },
        'a.b': { on: { e: { actions: emits } } },
      },
    });
    const table = compile(machine);
    expect(table.states).toEqual(['a.b', 'a.b']);
    expect([table.emitsOnly('a.b', 'e'), table.emitsOnly('a.b', 'f')]).toEqual([true, false]);
  });

  it('throws for a state that no snapshot can be in, and names one that it can', () => {
    const table = compile(machine);
    expect(() => table.emitsOnly('calmly', 'constant')).toThrow(
      "The machine has no state 'calmly' that a snapshot can be in: use one of its 'states', such as 'calm'",
    );
  });

  it('accepts only event types of the machine', () => {
    const table = compile(
      setup({ types: { events: {} as { type: 'known' } } }).createMachine({
        initial: 'a',
        states: { a: {} },
      }),
    );
    expect(table.emitsOnly('a', 'known')).toBe(false);
    // @ts-expect-error: the machine has no such event.
    expect(table.emitsOnly('a', 'unknown')).toBe(false);
    // @ts-expect-error: a type is a string.
    expect(table.emitsOnly('a', undefined)).toBe(false);
  });
});

describe('a step that only emits', () => {
  it('runs the function of the parameters even if the emitted event is constant, as XState does', () => {
    let runs = 0;
    const settled = setup({
      actions: { settle: emit({ type: 'settle' } as never) as never },
    }).createMachine({
      initial: 'a',
      states: {
        a: {
          on: {
            e: {
              actions: {
                type: 'settle',
                params: () => {
                  runs += 1;
                },
              } as never,
            },
          },
        },
      },
    });
    const table = compile(settled);
    const emitted: { type: string }[] = [];
    const snapshot = table.start(undefined, emitted as never);
    expect(table.step(snapshot, { type: 'e' }, emitted as never)).toBe(snapshot);
    expect([runs, emitted]).toEqual([1, [{ type: 'settle' }]]);
  });
});
