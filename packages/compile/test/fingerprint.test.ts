/** A description is refused at loading if it was changed, and at checking if it does not fit its machine. */
import { describe, expect, it } from 'vitest';
import { assign, emit, setup } from 'xstate';
import {
  checkDescription,
  compileDescription,
  type WrittenDescription,
  writeDescription,
} from '../src/index.ts';
import { loadSource } from './load-source.ts';

const functions = {
  isFull: ({ context }: { context: { n: number } }) => context.n > 2,
  oneMore: ({ context }: { context: { n: number } }) => context.n + 1,
  reset: () => 0,
};

const setupWith = (isFull: (args: { context: { n: number } }) => boolean) =>
  setup({
    types: { context: {} as { n: number }, emitted: {} as { type: string; how?: string } },
    guards: { isFull },
    actions: {
      count: assign({ n: functions.oneMore }),
      reset: assign({ n: functions.reset }),
      tell: emit({ type: 'told', how: 'loud' }),
    },
  });

const config = {
  id: 'counter',
  context: { n: 0 },
  initial: 'counting',
  states: {
    counting: {
      on: {
        count: [{ guard: 'isFull', target: 'full' }, { actions: 'count' }],
        tell: { actions: 'tell' },
      },
    },
    full: { entry: 'reset', on: { back: 'counting' } },
  },
} as const;

const machine = setupWith(functions.isFull).createMachine(config);
const source = writeDescription(machine, { path: './functions.ts', exports: functions });
const load = (text = source, exports: object = functions) => loadSource(text, exports);

const refusal =
  "The description of 'counter' was edited, lacks a function, or is for another version of @sallyport/compile: write it again.";

describe('compileDescription', () => {
  it('compileDescription takes a description as it was written', () => {
    expect(compileDescription<typeof machine>(load()).states).toEqual(['counting', 'full']);
  });

  it.each([
    ['a target', 'target: 2', 'target: 1'],
    [
      'a guard that was removed',
      "guard: { kind: 'call', test: isFull, params: undefined }",
      'guard: undefined',
    ],
    ['the name of an event', "['back',", "['forth',"],
    ['data', "how: 'loud'", "how: 'quiet'"],
    ['the type of a value', 'n: 0', "n: '0'"],
    ['one function for another', "[['n', reset]]", "[['n', oneMore]]"],
    ['a reentering transition', 'reenter: false', 'reenter: true'],
    ['the limit of microsteps', 'maxIterations: 100000', 'maxIterations: 1'],
    ['the order of two words', "path: 'full'", "path: 'ful', l: ''"],
    ['a missing fingerprint', /\n {2}fingerprint.*/, ''],
    ['another fingerprint', /fingerprint: '.*'/, "fingerprint: '00000000'"],
  ])('compileDescription refuses a description with a change of %s', (_, found, replacement) => {
    expect(source).toMatch(found);
    const description = load(source.replace(found, replacement));
    expect(() => compileDescription(description)).toThrow(refusal);
  });

  it('compileDescription refuses a description if its module no longer exports a function', () => {
    const { oneMore: _, ...fewer } = functions;
    expect(() => compileDescription(load(source, fewer))).toThrow(refusal);
    expect(() => compileDescription(load(source, { ...functions, oneMore: 5 }))).toThrow(refusal);
  });

  it('compileDescription refuses other objects', () => {
    for (const value of [{}, { states: [] }])
      expect(() => compileDescription(value as unknown as WrittenDescription)).toThrow('write it again');
  });

  it('compileDescription takes functions that a minifier has renamed, shortened or wrapped', () => {
    const minified = {
      isFull: () => true,
      oneMore: (...a: never[]) => a.length,
      reset: (a: never, _b: never) => a,
    };
    expect(() => compileDescription(load(source, minified))).not.toThrow();
  });
});

describe('the fingerprint', () => {
  it('the fingerprint is the same for the same machine, and differs for each change of it', () => {
    const fingerprintWith = (states: object) => {
      const changed = setupWith(functions.isFull).createMachine({ ...config, ...states } as never);
      return load(writeDescription(changed as never, { path: './functions.ts', exports: functions }))
        .fingerprint;
    };
    const { counting, full } = config.states;
    const fingerprints = [
      {},
      { states: { counting, full, more: {} } },
      { states: { counting: full, full: counting } },
      { context: { n: 1 } },
      { context: { n: '0' } },
      { context: { n: [] } },
      { context: { n: {} } },
      { context: { n: new Map() } },
      { context: { n: undefined } },
      { id: 'counter2' },
      { options: { maxIterations: 5 } },
    ].map(fingerprintWith);
    expect(fingerprints[0]).toBe(load().fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });
});

describe('checkDescription', () => {
  it('checkDescription takes the description of its machine', () => {
    expect(() => checkDescription(load(), machine)).not.toThrow();
  });

  const changed = (changes: object, isFull = functions.isFull) =>
    setupWith(isFull).createMachine({ ...config, ...changes } as never) as unknown as typeof machine;
  const { counting, full } = config.states;

  it.each([
    [
      'another target',
      changed({ states: { counting: { on: { ...counting.on, count: 'counting' } }, full } }),
      'counting',
      'on.count.0.target',
    ],
    [
      'another event',
      changed({ states: { counting, full: { ...full, on: { forth: 'counting' } } } }),
      'full',
      'on.forth',
    ],
    [
      'a further event',
      changed({ states: { counting, full: { ...full, on: { back: 'counting', forth: 'full' } } } }),
      'full',
      'on.forth',
    ],
    ['one action less', changed({ states: { counting, full: { on: full.on } } }), 'full', 'entry.0'],
    ['a further state', changed({ states: { counting, full, more: {} } }), 'more', 'the whole state'],
    ['another context', changed({ context: { n: 1 } }), 'counter', 'context.n'],
    ['another function', changed({}, () => false), 'counting', 'on.count.0.guard.test'],
    ['another limit', changed({ options: { maxIterations: 7 } }), 'counter', 'maxIterations'],
  ])('checkDescription names the state and the place if the machine has %s', (_, other, state, path) => {
    expect(() => checkDescription(load(), other)).toThrow(
      `Cannot compile state '${state}': a description that differs from its machine at ${path} is not supported. Write it again with writeDescription().`,
    );
  });

  it('checkDescription names a state that the machine no longer has', () => {
    const more = changed({ states: { counting, full, more: {} } });
    const written = load(writeDescription(more, { path: './functions.ts', exports: functions }));
    expect(() => checkDescription(written, machine)).toThrow("state 'more'");
  });

  it('checkDescription refuses a description with another fingerprint', () => {
    expect(() => checkDescription({ ...load(), fingerprint: '00000000' }, machine)).toThrow('at fingerprint');
  });
});
