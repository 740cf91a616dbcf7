/** In which order things happen, rule by rule. `traceOf` makes sure that XState says the same. */
import { describe, expect, it } from 'vitest';
import { assign, createMachine, emit, raise } from 'xstate';
import { traceOf } from './trace.ts';

/** Fits a machine of any type. */
const say = (type: string) => emit({ type }) as never;
const saying = (name: string) => ({ entry: say(`+${name}`), exit: say(`-${name}`) });

describe('order', () => {
  it('is exits, actions, entries, and each sees the context as of its place', () => {
    const tell = emit(({ context }: { context: { n: number } }) => ({ type: `${context.n}` }));
    const count = assign({ n: ({ context }: { context: { n: number } }) => context.n + 1 });
    const machine = createMachine({
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { exit: [tell, count], on: { e: { target: 'b', actions: [tell, count] } } },
        b: {
          entry: [tell, count],
          initial: { target: 'c', actions: [tell, count] },
          states: { c: { entry: tell } },
        },
      },
    } as never);
    expect(traceOf(machine, 'e')).toEqual(['a', 'b.c 0 1 2 3 4']);
  });

  it('lets the assigners of one assign see the old context', () => {
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

  it('takes eventless transitions before raised events, and raised ones in turn', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: { on: { e: { target: 'b', actions: [raise({ type: 'f' }), raise({ type: 'g' })] } } },
        b: { always: 'c' },
        c: {
          on: {
            f: { actions: [say('f'), raise({ type: 'h' })] },
            g: { actions: say('g') },
            h: { actions: say('h') },
          },
        },
      },
    });
    expect(traceOf(machine, 'e')).toEqual(['a', 'c f g h']);
  });

  it('reports a compound state done after its final state was entered, with its output', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          onDone: { target: 'b', actions: emit(({ event }) => ({ type: `done ${event.output}` })) },
          initial: 'one',
          states: {
            one: { on: { e: 'two' } },
            two: { ...saying('two'), type: 'final', output: ({ event }) => event.type },
          },
        },
        b: saying('b'),
      },
    });
    expect(traceOf(machine, 'e')).toEqual(['a.one', 'b +two -two done e +b']);
  });

  it('ends with the exits of all that is active', () => {
    const machine = createMachine({
      ...saying('m'),
      on: { e: '.over', '*': { actions: say('never') } },
      initial: 'a',
      states: { a: saying('a'), over: { ...saying('over'), type: 'final' } },
    });
    expect(traceOf(machine, 'e')).toEqual(['a +m +a', 'over -a +over -over -m']);
  });
});

describe('always', () => {
  it('is tried also when the event was unhandled', () => {
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

  it('waits for the next event once it has changed nothing', () => {
    const machine = createMachine({ always: { actions: say('still') } });
    expect(traceOf(machine, 'e')).toEqual([' still', ' still']);
  });
});
