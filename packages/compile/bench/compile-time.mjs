/**
 * How long `compile` takes, and what the table holds: n states under a root of n events. Both should double with n.
 * `pnpm --filter @sallyport/compile bench:compile`. Start node with `--expose-gc` for exact sizes.
 */
import { compile } from '@sallyport/compile';
import { createMachine } from 'xstate';

const keyed = (n, prefix, make) =>
  Object.fromEntries(Array.from({ length: n }, (_, index) => [`${prefix}${index}`, make(index)]));

const machineOf = (n) =>
  createMachine({
    initial: 's0',
    on: keyed(n, 'event', (index) => `.s${index}`),
    states: keyed(n, 's', (index) => ({ on: { next: `s${(index + 1) % n}` } })),
  });

const collect = globalThis.gc ?? (() => {});
compile(machineOf(100));
console.log(`Node ${process.version}\n`);
for (const n of [250, 500, 1000, 2000, 4000]) {
  const machine = machineOf(n);
  // XState itself builds some of a machine when it is first read.
  compile(machine);
  collect();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  const tables = Array.from({ length: 5 }, () => compile(machine));
  const time = (performance.now() - start) / tables.length;
  collect();
  const size = (process.memoryUsage().heapUsed - before) / 1e6 / tables.length;
  console.log(
    `${String(tables[0].states.length).padStart(5)} states ${time.toFixed(0).padStart(6)} ms ${size.toFixed(1).padStart(6)} MB`,
  );
}
