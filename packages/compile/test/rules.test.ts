/** The order within a step, rule by rule. `traceOf` checks that XState does the same. */
import { describe, expect, it } from 'vitest';
import { assign, createMachine, emit, raise } from 'xstate';
import { compile } from '../src/index.ts';
import { traceOf } from './trace.ts';

/** Fits a machine of any type. */
const emits = (type: string) => emit({ type }) as never;
const emitting = (name: string) => ({ entry: emits(`+${name}`), exit: emits(`-${name}`) });

describe('the order in a step', () => {
  it('the order is exits, actions, entries, and each sees the context that the one before left', () => {
    const emitCount = emit(({ context }: { context: { n: number } }) => ({ type: `${context.n}` }));
    const count = assign({ n: ({ context }: { context: { n: number } }) => context.n + 1 });
    const machine = createMachine({
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { exit: [emitCount, count], on: { e: { target: 'b', actions: [emitCount, count] } } },
        b: {
          entry: [emitCount, count],
          initial: { target: 'c', actions: [emitCount, count] },
          states: { c: { entry: emitCount } },
        },
      },
    } as never);
    expect(traceOf(machine, 'e')).toEqual(['a', 'b.c 0 1 2 3 4']);
  });

  it('all properties of one assign see the old context', () => {
    const machine = createMachine({
      context: { n: 1, m: 2 },
      on: {
        e: {
          actions: [
            assign({ n: ({ context }) => context.m, m: ({ context }) => context.n }),
            emit(({ context }) => ({ type: `${context.n}${context.m}` })),
          ],
        },
      },
    });
    expect(traceOf(machine, 'e', 'e')).toEqual(['', ' 21', ' 12']);
  });

  it('eventless transitions come before raised events, and raised events in the order of raising', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: { on: { e: { target: 'b', actions: [raise({ type: 'f' }), raise({ type: 'g' })] } } },
        b: { always: 'c' },
        c: {
          on: {
            f: { actions: [emits('f'), raise({ type: 'h' })] },
            g: { actions: emits('g') },
            h: { actions: emits('h') },
          },
        },
      },
    });
    expect(traceOf(machine, 'e')).toEqual(['a', 'c f g h']);
  });

  it('the done event of a compound state comes after the entry of its final state, with its output', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          onDone: { target: 'b', actions: emit(({ event }) => ({ type: `done ${event.output}` })) },
          initial: 'one',
          states: {
            one: { on: { e: 'two' } },
            two: { ...emitting('two'), type: 'final', output: ({ event }) => event.type },
          },
        },
        b: emitting('b'),
      },
    });
    expect(traceOf(machine, 'e')).toEqual(['a.one', 'b +two -two done e +b']);
  });

  it('all active states are exited at the end of the machine', () => {
    const machine = createMachine({
      ...emitting('m'),
      on: { e: '.over', '*': { actions: emits('never') } },
      initial: 'a',
      states: { a: emitting('a'), over: { ...emitting('over'), type: 'final' } },
    });
    expect(traceOf(machine, 'e')).toEqual(['a +m +a', 'over -a +over -over -m']);
  });
});

describe('eventless transitions', () => {
  it('an eventless transition is tried also after an event that no transition takes', () => {
    let isOpen = false;
    const machine = createMachine({
      initial: 'a',
      states: { a: { always: { guard: () => isOpen, target: 'b' }, on: { open: {} } }, b: {} },
    });
    expect(traceOf(machine, 'unknown')).toEqual(['a', 'a']);
    const later = createMachine({
      context: { n: 0 },
      initial: 'a',
      states: { a: { always: { guard: ({ event }) => event.type === 'unknown', target: 'b' } }, b: {} },
    });
    expect(traceOf(later, 'unknown')).toEqual(['a', 'b']);
    isOpen = true;
    expect(traceOf(machine)).toEqual(['b']);
  });

  it('an eventless transition that changed nothing is tried again at the next event', () => {
    const machine = createMachine({ always: { actions: emits('still') } });
    expect(traceOf(machine, 'e')).toEqual([' still', ' still']);
  });
});

it.each([null, undefined, 0, false, '', () => undefined, () => null])(
  'a context that is %s becomes an empty one',
  (context) => {
    const machine = createMachine({
      context,
      initial: 'a',
      states: { a: { on: { e: { target: 'b', actions: assign({ n: 1 }) } } }, b: {} },
    } as never);
    expect(traceOf(machine, 'e')).toEqual(['a', 'b']);
    const table = compile(machine);
    const first = table.start(undefined, []);
    expect(first.context).toEqual({});
    expect(table.step(first, { type: 'e' }, []).context).toEqual({ n: 1 });
  },
);
