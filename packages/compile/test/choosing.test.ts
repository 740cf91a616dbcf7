/** Which transition an event takes. `traceOf` makes sure that XState says the same. */
import { describe, expect, it } from 'vitest';
import { and, createMachine, emit, not, or, setup, stateIn } from 'xstate';
import { traceOf } from './trace.ts';

/** Fits a machine of any type. */
const say = (type: string) => emit({ type }) as never;

describe('choosing', () => {
  const deaf = { guard: () => false };

  it('goes from the leaf outwards, and in a state by document order', () => {
    const machine = createMachine({
      initial: 'a',
      on: { e: { actions: say('root') }, f: { actions: say('root') } },
      states: { a: { on: { e: [deaf, { actions: say('second') }, { actions: say('third') }], f: [deaf] } } },
    });
    expect(traceOf(machine, 'e', 'f', 'g')).toEqual(['a', 'a second', 'a root', 'a']);
  });

  it('tries the exact descriptor, then wildcards from the longest on, then the parent', () => {
    const machine = createMachine({
      initial: 'a',
      on: { 'x.y.z': { actions: say('parent') } },
      states: {
        a: {
          on: {
            '*': { guard: ({ event }) => event.type !== 'x.y.z', actions: say('any') },
            'x.*': { guard: ({ event }) => event.type !== 'x.y.z', actions: say('x') },
            'x.y.*': { guard: ({ event }) => event.type !== 'x.y.z', actions: say('y') },
            'x.y': deaf,
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
  ])('is over at %s, which forbids the event', (_, forbidding) => {
    const machine = createMachine({
      initial: 'a',
      on: { e: { actions: say('parent') } },
      states: { a: { on: { e: forbidding, '*': { actions: say('any') } } } },
    } as never);
    expect(traceOf(machine, 'e')).toEqual(['a', 'a']);
  });

  it('is not over at [], which is no transition', () => {
    const machine = createMachine({
      initial: 'a',
      on: { e: { actions: say('parent') } },
      states: { a: { on: { e: [], 'e.*': deaf } } },
    });
    expect(traceOf(machine, 'e')).toEqual(['a', 'a parent']);
  });

  it('lets a wildcard have internal done events too', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          on: { '*': { actions: say('caught') } },
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
          e: { guard: { type: 'isAbove', params: 1 }, actions: say('static') },
          f: { guard: { type: 'isAbove', params: ({ context }) => context.n }, actions: say('no') },
          g: { guard: 'isFineToo', actions: say('alias') },
          h: { guard: or(['isTwo', and([])]), actions: say('empty and') },
          i: [
            { guard: stateIn('#away'), actions: say('away') },
            { guard: stateIn({ a: 'b' }), actions: say('in') },
          ],
          j: { guard: or([]), actions: say('no') },
        },
        initial: 'b',
        states: { b: {} },
      },
      away: { id: 'away' },
    },
  });

  it('are named, given parameters, computed ones, combined, aliased, or about the state', () => {
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

  it('are read after provide() as provided', () => {
    const provided = machine.provide({ guards: { isTwo: () => true } });
    expect(traceOf(provided, 'g')).toEqual(['a.b', 'a.b']);
  });
});
