/**
 * The work of building a table, and its size, grow with the machine, and not with states times events.
 *
 * Counts reads of the description and objects of the table. Both are the same on every run and every computer.
 */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, and, assign, createMachine, emit, setup } from 'xstate';
import type { MachineDescription } from '../src/description.ts';
import { compile } from '../src/index.ts';
import { readMachine } from '../src/read.ts';
import { buildTable } from '../src/table.ts';

const times = <T>(n: number, make: (index: number) => T) =>
  Array.from({ length: n }, (_, index) => make(index));
const keyed = (n: number, prefix: string, make: (index: number) => unknown) =>
  Object.fromEntries(times(n, (index) => [`${prefix}${index}`, make(index)]));
const emitting = (index: number) => emit({ type: `emitted${index}` });

const parts = (n: number) => keyed(n, 'part', () => () => true);
/** Counts the reads of what named implementations hold. */
const namedShapes: Record<string, (n: number) => AnyStateMachine> = {
  'transitions that share a guard of as many parts': (n) =>
    setup({ guards: { ...parts(n), all: and(Object.keys(parts(n)) as never) } } as never).createMachine({
      on: keyed(n, 'event', () => ({ guard: 'all' })),
    } as never) as unknown as AnyStateMachine,
  'transitions that share an assign of as many properties': (n) =>
    setup({ actions: { reset: assign(keyed(n, 'p', () => 0) as never) } }).createMachine({
      on: keyed(n, 'event', () => ({ actions: 'reset' })),
    } as never) as unknown as AnyStateMachine,
};

/** Each shape has `n` of one thing that `n` states, events or transitions share. */
const shapes: Record<string, (n: number) => object> = {
  'states under a root with as many events': (n) => ({
    on: keyed(n, 'event', (index) => ({ target: `.s${index}`, actions: emitting(index) })),
    states: keyed(n, 's', (index) => ({ on: { next: `s${(index + 1) % n}` } })),
  }),
  'states under a root with as many wildcards': (n) => ({
    on: Object.fromEntries(times(n, (index) => [`event${index}.*`, {}])),
    states: keyed(n, 's', () => ({ on: { next: 's0', 'event0.a': {} } })),
  }),
  'exact descriptors and as many wildcards of one state': (n) => ({
    on: Object.fromEntries(
      times(n, (index) => [`event${index}`, {}]).concat(times(n, (index) => [`event${index}.*`, {}])),
    ),
    states: { s0: {} },
  }),
  'states under a root with as many eventless transitions': (n) => ({
    always: times(n, () => ({ guard: () => false })),
    states: keyed(n, 's', () => ({ always: { guard: () => false } })),
  }),
  'states under a root with as many tags': (n) => ({
    tags: times(n, (index) => `tag${index}`),
    states: keyed(n, 's', (index) => ({ tags: `own${index}` })),
  }),
  'transitions into a state with as many entry and exit actions': (n) => ({
    exit: times(n, emitting),
    states: {
      s0: { on: keyed(n, 'event', () => 'busy') },
      busy: { entry: times(n, emitting), exit: times(n, emitting), on: keyed(n, 'event', () => 'end') },
      end: { entry: times(n, emitting), type: 'final' },
    },
  }),
};

const machineOf = (config: object): AnyStateMachine => createMachine({ initial: 's0', ...config } as never);

/** The same description, with every read of a property, of an entry of a map and of an element counted. */
function counted(description: MachineDescription): { description: MachineDescription; reads: () => number } {
  let reads = 0;
  const known = new WeakMap<object, object>();
  class CountingMap extends Map<unknown, unknown> {
    override get(key: unknown): unknown {
      reads += 1;
      return super.get(key);
    }
    override has(key: unknown): boolean {
      reads += 1;
      return super.has(key);
    }
    override *keys(): MapIterator<unknown> {
      for (const key of super.keys()) {
        reads += 1;
        yield key;
      }
    }
    override *entries(): MapIterator<[unknown, unknown]> {
      for (const key of this.keys()) yield [key, super.get(key)];
    }
    override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
      return this.entries();
    }
  }
  const wrapped = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const made =
      known.get(value) ??
      (value instanceof Map
        ? new CountingMap([...value].map(([key, one]) => [key, wrapped(one)]))
        : new Proxy(value, {
            get(target, key) {
              reads += 1;
              return wrapped(Reflect.get(target, key));
            },
          }));
    known.set(value, made);
    return made;
  };
  return { description: wrapped(description) as MachineDescription, reads: () => reads };
}

/** How many slots all arrays, maps and objects have together: a copy of a list counts, even if its elements are shared. */
function slots(root: unknown): number {
  const seen = new Set<object>();
  const waiting = [root];
  let count = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const inside = value instanceof Map ? [...value].flat() : Object.values(value);
    count += 1 + inside.length;
    for (const one of inside) waiting.push(one);
  }
  return count;
}

const allShapes: [string, (n: number) => AnyStateMachine][] = [
  ...Object.entries(shapes).map(([name, shape]): [string, (n: number) => AnyStateMachine] => [
    name,
    (n) => machineOf(shape(n)),
  ]),
  ...Object.entries(namedShapes),
];

describe.each(allShapes)('a machine of n %s', (_, shape) => {
  it('a machine that is twice as large takes twice the work and twice the memory', () => {
    const measured = [250, 500, 1000].map((n) => {
      const description = readMachine(shape(n));
      const counting = counted(description);
      buildTable(counting.description);
      return { read: slots(description), reads: counting.reads(), table: slots(buildTable(description)) };
    });
    for (const key of ['read', 'reads', 'table'] as const) {
      const [small, middle, large] = measured.map((one) => one[key]) as [number, number, number];
      // A linear cost stays below 2 or very near. A quadratic one approaches 4.
      expect(middle / small, key).toBeLessThan(2.1);
      expect(large / middle, key).toBeLessThan(2.1);
    }
  });
});

it('a guard whose parts use the same names again and again is read once for each name', () => {
  const levels = 40;
  const guards = Object.fromEntries(
    times(levels, (level) => [`level${level}`, and([`level${level + 1}`, `level${level + 1}`] as never)]),
  );
  const machine = setup({ guards: { ...guards, [`level${levels}`]: () => false } } as never).createMachine({
    on: { event: { guard: 'level0' } },
  } as never) as unknown as AnyStateMachine;
  // 2^40 reads would not end.
  expect(slots(readMachine(machine))).toBeLessThan(1000);
  const table = compile(machine);
  const first = table.start(undefined, []);
  expect(table.step(first, { type: 'event' }, [])).toBe(first);
});
