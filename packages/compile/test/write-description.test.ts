/** A written description is that of its machine, and compiles to the same table. Values without a source text are refused. */
import { describe, expect, it } from 'vitest';
import { and, assign, emit, not, or, raise, setup, stateIn } from 'xstate';
import { CompileError, compile, compileDescription, writeDescription } from '../src/index.ts';
import { readMachine } from '../src/read.ts';
import { loadSource } from './load-source.ts';

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

// The machine's only function that is written in place.
const inline = readMachine(machine).states.find(({ id }) => id === 'low')?.always[0]?.guard as {
  test: unknown;
};
const exported = { ...functions, isFullInline: inline.test };

describe('a written description', () => {
  const source = writeDescription(machine, { path: './functions.ts', exports: exported });

  it('a written description is exactly what was read from the machine', () => {
    const { fingerprint, ...loaded } = loadSource(source, exported);
    expect(loaded).toStrictEqual(readMachine(machine));
    expect(fingerprint).toMatch(/^[\da-z]{1,7}$/);
  });

  it('a written description imports the functions that it needs, and no others', () => {
    expect(source).toContain("} from './functions.ts';");
    expect(source).not.toContain('xstate');
    expect(source).toBe(writeDescription(machine, { path: './functions.ts', exports: exported }));
  });

  it('a written description compiles to the same table', () => {
    const [now, then] = [compile(machine), compileDescription<typeof machine>(loadSource(source, exported))];
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

it('a function that the module does not export is refused, with the name of the state', () => {
  expect(() => writeDescription(machine, { path: './functions.ts', exports: functions })).toThrow(
    "Cannot compile state 'counting.low': a function that ./functions.ts does not export is not supported. " +
      'Define it there, and give the machine what is exported.',
  );
});

it('the description of a machine without functions imports no module', () => {
  const plain = setup({}).createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } });
  const source = writeDescription(plain, { path: './none.ts', exports: {} });
  expect(source).not.toContain('none.ts');
  expect(loadSource(source, {})).toMatchObject(readMachine(plain));
});

describe('names of functions that a module cannot use as they are', () => {
  const run = ({ context }: { context: { n: number } }) => context.n > 0;
  const other = ({ context }: { context: { n: number } }) => context.n > 1;
  const guarded = setup({}).createMachine({
    context: { n: 1 },
    initial: 'a',
    states: {
      a: {
        on: {
          go: [
            { guard: other as never, target: 'c' },
            { guard: run as never, target: 'b' },
          ],
        },
      },
      b: {},
      c: {},
    },
  });
  const pathAfterGo = (exports: object) => {
    const source = writeDescription(guarded as never, { path: './functions.ts', exports });
    const table = compileDescription<typeof guarded>(loadSource(source, exports));
    return { source, path: table.step(table.start(undefined, []), { type: 'go' }, []).path };
  };

  it.each([
    ['default', 'default as defaultFunction,'],
    ['class', 'class as classFunction,'],
    ['description', 'description as descriptionFunction,'],
    ['Map', 'Map as MapFunction,'],
    ['undefined', 'undefined as undefinedFunction,'],
    ['WrittenDescription', 'WrittenDescription as WrittenDescriptionFunction,'],
    ['is so', "'is so' as is_soFunction,"],
    ["*/it's\n", `"*/it's\\n" as __it_s_Function,`],
    ['1st', "'1st' as _1stFunction,"],
    ['größer', 'größer,'],
  ])('the name %j is imported under an alias', (name, line) => {
    const exports = { [name]: run, other };
    const { source, path } = pathAfterGo(exports);
    expect(source.split('\n')).toContain(`  ${line}`);
    expect(path).toBe('b');
  });

  it('an alias differs from every other export', () => {
    const { source, path } = pathAfterGo({ default: run, defaultFunction: other });
    expect(source).toContain('  default as defaultFunction_,\n  defaultFunction,\n');
    expect(path).toBe('b');
  });

  it('the second name of a function is preferred', () => {
    for (const exports of [
      { default: run, isSet: run, other },
      { isSet: run, default: run, other },
    ])
      expect(pathAfterGo(exports).source).toContain('import {\n  isSet,\n  other,\n}');
  });
});

it.each(['*/ throw new Error("out"); /*', "it's */", 'two\nlines', '\u2028*/', '\u202e', '*\\/', "'"])(
  'a machine with the id %j stays within the comment',
  (id) => {
    const machineWithId = setup({}).createMachine({ id, initial: 'a', states: { a: {}, '*/': {} } });
    const source = writeDescription(machineWithId, { path: './none.ts', exports: {} });
    const [comment, next] = source.split(/[\n\r\u2028\u2029]/);
    expect(comment).toMatch(/^\/\*\* The machine .* write it again\. \*\/$/);
    expect(comment?.indexOf('*/')).toBe((comment?.length ?? 0) - 2);
    expect(next).toMatch(/^import type/);
    expect(loadSource(source, {})).toMatchObject(readMachine(machineWithId));
  },
);

describe('the context of a description', () => {
  const withContext = (context: object) =>
    writeDescription(setup({}).createMachine({ id: 'one', context: context as never }), {
      path: './none.ts',
      exports: {},
    });

  class Point {
    x = 1;
  }
  class Index extends Map {}
  class List extends Array {}
  const loop: { within: unknown } = { within: undefined };
  loop.within = [loop];
  const notPlain = 'an object that is neither plain, nor an array, nor a Map';
  const key = Symbol('key');
  const sparse = [1];
  sparse[2] = 2;
  const getter = {
    get now() {
      return 1;
    },
  };
  const setter = { set now(_: number) {} };
  const hidden = Object.defineProperty({}, 'secret', { value: 1 });

  it.each([
    ['a Set', new Set([1]), notPlain],
    ['a Date', new Date(0), notPlain],
    ['a RegExp', /x/, notPlain],
    ['bytes', new Uint8Array(1), notPlain],
    ['an instance', new Point(), notPlain],
    ['a subclass of Map', new Index(), notPlain],
    ['a subclass of Array', List.from([1]), 'a subclass of Array'],
    ['a bigint', 10n, 'a bigint'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a symbol key', { [key]: 1, a: 1 }, 'a property with the key Symbol(key)'],
    ['a getter', getter, "a getter or setter for 'now'"],
    ['a setter', setter, "a getter or setter for 'now'"],
    ['a hidden property', hidden, "the hidden property 'secret'"],
    ['an array with a hole', sparse, 'an array with holes'],
    ['an array with a hole at the end', new Array(2), 'an array with holes'],
    ['an array with a name', Object.assign([1], { name: 'x' }), 'an array with further properties'],
    ['an array with a symbol key', Object.assign([1], { [key]: 1 }), 'a property with the key Symbol(key)'],
    ['a Map with a name', Object.assign(new Map(), { name: 'x' }), 'a Map with properties'],
  ])('a context with %s is refused, and the error names the place', (_, value, feature) => {
    const advice = 'Let an exported function make it, or use data that has a source text.';
    for (const [context, path] of [
      [{ value }, '.value'],
      [{ 'deep-er': [0, { value }] }, "['deep-er'][1].value"],
      [{ deep: new Map([['value', value]]) }, ".deep.get('value')"],
    ] as const) {
      expect(() => withContext(context)).toThrow(
        `Cannot compile state 'one': ${feature} in context${path} is not supported. ${advice}`,
      );
      expect(() => withContext(context)).toThrow(CompileError);
    }
  });

  it('a context that contains itself is refused', () => {
    expect(() => withContext(loop)).toThrow(
      "Cannot compile state 'one': an object within itself in context.within[0]",
    );
  });

  it('a context of plain data is written exactly', () => {
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
        text: "\u2028 \ud800 \u{1f511} it's \u202e \u007f */ $ `",
        list: [[], [1, undefined]],
        map: new Map([['a', { b: [] }]]),
      },
      ...{ twice: [same, same], 'odd-key': 1, bare: Object.assign(Object.create(null), { a: 1 }) },
    };
    Object.defineProperty(context, '__proto__', { value: 'own', enumerable: true });
    const source = withContext(context);
    const { context: written } = loadSource(source, {});
    expect(written).toStrictEqual(context);
    expect(Object.getPrototypeOf((written as typeof context).bare)).toBeNull();
    expect(Object.keys(written)).toEqual(Object.keys(context));
    expect(source.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });
});

it.each([
  [
    'the parameters of an action',
    { entry: { type: 'tell', params: { [Symbol('key')]: 1 } } },
    'entry[0].params',
  ],
  [
    'a constant event',
    { on: { e: { actions: emit({ type: 'x', at: new Date(0) } as never) } } },
    "on.get('e')[0].actions[0].body.at",
  ],
  ['an output', { output: new Date(0), type: 'final' }, 'output'],
])('%s without a source text is refused, and the error names its state', (_, inner, path) => {
  const odd = setup({ actions: { tell: emit({ type: 'told' }) } }).createMachine({
    initial: 'a',
    states: { a: inner },
  } as never);
  expect(() => writeDescription(odd as never, { path: './none.ts', exports: {} })).toThrow(
    new RegExp(`^Cannot compile state 'a': .* in ${path.replaceAll(/[[\]().]/g, '\\$&')} is not supported`),
  );
});
