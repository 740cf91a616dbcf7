/**
 * The work of building a table, and its size, grow with the machine: not with states times events.
 *
 * Counts reads of the description and objects of the table. Both are the same on every run and every computer.
 */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine, emit } from 'xstate';
import type { MachineDescription } from '../src/description.ts';
import { readMachine } from '../src/read.ts';
import { buildTable } from '../src/table.ts';

const times = <T>(n: number, make: (index: number) => T) =>
  Array.from({ length: n }, (_, index) => make(index));
const keyed = (n: number, prefix: string, make: (index: number) => unknown) =>
  Object.fromEntries(times(n, (index) => [`${prefix}${index}`, make(index)]));
const emitting = (index: number) => emit({ type: `emitted${index}` });

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

describe.each(Object.entries(shapes))('a machine of n %s', (_, shape) => {
  it('takes twice the work and twice the memory when it is twice as large', () => {
    const measured = [250, 500, 1000].map((n) => {
      const description = readMachine(machineOf(shape(n)));
      const counting = counted(description);
      buildTable(counting.description);
      return { read: slots(description), reads: counting.reads(), table: slots(buildTable(description)) };
    });
    for (const key of ['read', 'reads', 'table'] as const) {
      const [small, middle, large] = measured.map((one) => one[key]) as [number, number, number];
      // Exactly 2 is the limit that a linear cost approaches from below. A quadratic one approaches 4.
      expect(middle / small, key).toBeLessThan(2.1);
      expect(large / middle, key).toBeLessThan(2.1);
    }
  });
});
