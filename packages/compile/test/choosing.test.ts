/** Which transition an event takes. `traceOf` checks that XState does the same. */
import { describe, expect, it } from 'vitest';
import { and, createMachine, emit, not, or, setup, stateIn } from 'xstate';
import { traceOf } from './trace.ts';

/** Fits a machine of any type. */
const emits = (type: string) => emit({ type }) as never;

describe('the choice of a transition', () => {
  const declined = { guard: () => false };

  it('transitions are tried from the leaf outwards, and within a state in document order', () => {
    const machine = createMachine({
      initial: 'a',
      on: { e: { actions: emits('root') }, f: { actions: emits('root') } },
      states: {
        a: {
          on: { e: [declined, { actions: emits('second') }, { actions: emits('third') }], f: [declined] },
        },
      },
    });
    expect(traceOf(machine, 'e', 'f', 'g')).toEqual(['a', 'a second', 'a root', 'a']);
  });

  it('the exact descriptor is tried first, then wildcards from the longest on, then the parent', () => {
    const machine = createMachine({
      initial: 'a',
      on: { 'x.y.z': { actions: emits('parent') } },
      states: {
        a: {
          on: {
            '*': { guard: ({ event }) => event.type !== 'x.y.z', actions: emits('any') },
            'x.*': { guard: ({ event }) => event.type !== 'x.y.z', actions: emits('x') },
            'x.y.*': { guard: ({ event }) => event.type !== 'x.y.z', actions: emits('y') },
            'x.y': declined,
          },
        },
      },
    });
    expect(traceOf(machine, 'x.y.z', 'x.y', 'x.y.q', 'x', 'q')).toEqual([
      'a',
      'a parent',
      'a y',
      'a y',
      'a x',
      'a any',
    ]);
  });

  it.each([
    ['undefined', undefined],
    ['{}', {}],
    ['{ actions: [] }', { actions: [] }],
  ])('%s forbids the event in its state', (_, forbidding) => {
    const machine = createMachine({
      initial: 'a',
      on: { e: { actions: emits('parent') } },
      states: { a: { on: { e: forbidding, '*': { actions: emits('any') } } } },
    } as never);
    expect(traceOf(machine, 'e')).toEqual(['a', 'a']);
  });

  it('an empty list [] holds no transition, so the parent is tried', () => {
    const machine = createMachine({
      initial: 'a',
      on: { e: { actions: emits('parent') } },
      states: { a: { on: { e: [], 'e.*': declined } } },
    });
    expect(traceOf(machine, 'e')).toEqual(['a', 'a parent']);
  });

  it('a wildcard takes internal done events too', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          on: { '*': { actions: emits('caught') } },
          initial: 'one',
          states: { one: { on: { e: 'two' } }, two: { type: 'final' } },
        },
      },
    });
    expect(traceOf(machine, 'e')).toEqual(['a.one', 'a.two caught']);
  });
});

describe('guards', () => {
  const machine = setup({
    types: {
      context: {} as { n: number },
      events: {} as { type: 'e' | 'f' | 'g' | 'h' | 'i' | 'j'; by: number },
    },
    guards: {
      isAbove: ({ context }, limit: number) => context.n > limit,
      isOne: ({ event }) => event.by === 1,
      isFine: and(['isOne', not('isTwo')]),
      isTwo: ({ event }) => event.by === 2,
      isFineToo: 'isFine' as never,
    },
  }).createMachine({
    context: { n: 2 },
    initial: 'a',
    states: {
      a: {
        on: {
          e: { guard: { type: 'isAbove', params: 1 }, actions: emits('static') },
          f: { guard: { type: 'isAbove', params: ({ context }) => context.n }, actions: emits('no') },
          g: { guard: 'isFineToo', actions: emits('alias') },
          h: { guard: or(['isTwo', and([])]), actions: emits('empty and') },
          i: [
            { guard: stateIn('#away'), actions: emits('away') },
            { guard: stateIn({ a: 'b' }), actions: emits('in') },
          ],
          j: { guard: or([]), actions: emits('no') },
        },
        initial: 'b',
        states: { b: {} },
      },
      away: { id: 'away' },
    },
  });

  it('a guard may have a name, parameters, computed parameters, parts and aliases, or test the state', () => {
    expect(traceOf(machine, 'e', 'f', 'g', 'h', 'i', 'j')).toEqual([
      'a.b',
      'a.b static',
      'a.b',
      'a.b alias',
      'a.b empty and',
      'a.b in',
      'a.b',
    ]);
  });

  it('a guard that provide() replaces is compiled as provided', () => {
    const provided = machine.provide({ guards: { isTwo: () => true } });
    expect(traceOf(provided, 'g')).toEqual(['a.b', 'a.b']);
  });
});
