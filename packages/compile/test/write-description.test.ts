/** A description written ahead of time is the machine's own, and compiles to the same; what cannot be written is refused. */
import { describe, expect, it } from 'vitest';
import { and, assign, emit, not, or, raise, setup, stateIn } from 'xstate';
import { compile, compileDescription, type MachineDescription, writeDescription } from '../src/index.ts';
import { readMachine } from '../src/read.ts';

const functions = {
  atFirst: ({ input }: { input: { most: number } }) => ({ n: 0, most: input.most }),
  isFull: ({ context }: { context: { n: number; most: number } }) => context.n >= context.most,
  oneMore: ({ context }: { context: { n: number; most: number } }) => context.n + 1,
  toTell: ({ context }: { context: { n: number; most: number } }, { how }: { how: string }) => ({
    type: 'told',
    n: context.n,
    how,
  }),
  result: ({ context }: { context: { n: number } }) => context.n,
};

const machine = setup({
  types: {
    input: {} as { most: number },
    context: {} as { n: number; most: number },
    events: {} as { type: 'count' | 'skip' | 'reset.all' | 'leave' | "odd 'name'\n" },
    emitted: {} as { type: string },
  },
  guards: { isFull: functions.isFull },
  actions: {
    count: assign({ n: functions.oneMore }),
    tell: emit(functions.toTell),
    settle: emit({ type: 'settled', at: { depth: [1, Number.POSITIVE_INFINITY, true, null] } } as never),
  },
}).createMachine({
  id: 'counter',
  context: functions.atFirst,
  initial: 'counting',
  output: functions.result,
  states: {
    counting: {
      tags: ['busy', "it's"],
      initial: 'low',
      on: {
        count: [
          {
            guard: and([not('isFull'), or([stateIn('#low'), stateIn({ counting: 'high' })])]),
            actions: 'count',
          },
          { target: 'full', actions: { type: 'tell', params: { how: 'loud' } } },
        ],
        'reset.*': { target: 'counting', reenter: true },
        "odd 'name'\n": { actions: 'settle' },
        '*': { actions: raise({ type: 'leave' }) },
      },
      states: {
        low: { id: 'low', always: { guard: ({ context }) => functions.isFull({ context }), target: 'high' } },
        high: { entry: 'settle', exit: ['settle', 'count'] },
      },
    },
    full: { on: { leave: 'over' } },
    over: { type: 'final' },
  },
});

/** As a module loader would, types taken off. */
function load(source: string, exports: object): MachineDescription {
  const body = source
    .replace(/^import type .*$/m, '')
    .replace(/^import (\{[^}]*\}) from .*$/m, 'const $1 = functions;')
    .replace('export const description =', 'return')
    .replace(' as unknown as MachineDescription', '');
  return new Function('functions', body)(exports);
}

// The one function that was written where it is used.
const inline = readMachine(machine).states.find(({ id }) => id === 'low')?.always[0]?.guard as {
  test: unknown;
};
const exported = { ...functions, isFullByNow: inline.test };

describe('a description written ahead of time', () => {
  const source = writeDescription(machine, { path: './functions.ts', exports: exported });

  it('is what is read of the machine, to the letter', () => {
    expect(load(source, exported)).toStrictEqual(readMachine(machine));
  });

  it('names what it needs, and nothing else', () => {
    expect(source).toContain("} from './functions.ts';");
    expect(source).not.toContain('xstate');
    expect(source).toBe(writeDescription(machine, { path: './functions.ts', exports: exported }));
  });

  it('compiles to the same table', () => {
    const [now, then] = [compile(machine), compileDescription<typeof machine>(load(source, exported))];
    expect(then.states).toEqual(now.states);
    const run = ({ start, step }: typeof now) => {
      const emitted: { type: string }[] = [];
      let snapshot = start({ most: 2 }, emitted);
      for (const type of ['count', "odd 'name'\n", 'reset.all', 'count', 'count', 'leave'] as const)
        snapshot = step(snapshot, { type }, emitted);
      return { emitted, snapshot: snapshot.path, output: snapshot.output };
    };
    expect(run(then)).toEqual(run(now));
    expect(run(then)).toMatchObject({ snapshot: 'over', output: 3 });
  });
});

it('refuses a function that the module does not export, and names the state', () => {
  expect(() => writeDescription(machine, { path: './functions.ts', exports: functions })).toThrow(
    "Cannot compile state 'counting.low': a function that ./functions.ts does not export is not supported. " +
      'Define it there, and give the machine what is exported.',
  );
});

it('needs no module where there is no function', () => {
  const plain = setup({}).createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } });
  const source = writeDescription(plain, { path: './none.ts', exports: {} });
  expect(source).not.toContain('none.ts');
  expect(load(source, {})).toStrictEqual(readMachine(plain));
});

describe('a context', () => {
  const withContext = (context: object) =>
    writeDescription(setup({}).createMachine({ id: 'one', context: context as never }), {
      path: './none.ts',
      exports: {},
    });

  class Point {
    x = 1;
  }
  class Index extends Map {}
  const loop: { within: unknown } = { within: undefined };
  loop.within = [loop];
  const notPlain = 'an object that is neither plain, nor an array, nor a Map';

  it.each([
    ['a Set', new Set([1]), notPlain],
    ['a Date', new Date(0), notPlain],
    ['a RegExp', /x/, notPlain],
    ['bytes', new Uint8Array(1), notPlain],
    ['an instance', new Point(), notPlain],
    ['a kind of Map', new Index(), notPlain],
    ['a bigint', 10n, 'a bigint'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['itself', loop, 'an object within itself'],
  ])('with %s in it is refused', (_, value, feature) => {
    const message = `Cannot compile state 'one': ${feature} is not supported. Let a function make it, or keep to what can be written down.`;
    for (const context of [{ value }, { deep: [{ value }] }, { deep: new Map([['value', value]]) }])
      expect(() => withContext(context)).toThrow(message);
  });

  it('of plain data is written to the letter', () => {
    const same = { n: 1 };
    const context = {
      ...{
        none: undefined,
        nil: null,
        yes: true,
        zero: 0,
        minusZero: -0,
        nan: Number.NaN,
        most: Number.MAX_VALUE,
      },
      ...{
        text: "\u2028 \ud800 \u{1f511} it's",
        list: [[], [1, undefined]],
        map: new Map([['a', { b: [] }]]),
      },
      ...{ twice: [same, same], 'odd-key': 1, bare: Object.assign(Object.create(null), { a: 1 }) },
    };
    Object.defineProperty(context, '__proto__', { value: 'own', enumerable: true });
    const written = (load(withContext(context), {}) as { context: object }).context;
    const { bare, ...others } = written as typeof context;
    const { bare: bareBefore, ...othersBefore } = context;
    expect(others).toStrictEqual(othersBefore);
    expect({ ...bare }).toStrictEqual({ ...bareBefore });
    expect(Object.keys(written)).toEqual(Object.keys(context));
    expect(withContext(context)).not.toMatch(/\p{Cs}/u);
  });
});
