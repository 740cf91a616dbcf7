/** Measures what a step allocates and what a session keeps, after V8 has optimised the code. */
import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { assign, emit, setup } from 'xstate';
import { compile } from '../src/index.ts';

v8.setFlagsFromString('--expose-gc');
const collect: () => void = vm.runInNewContext('gc');

const machine = setup({
  types: { context: {} as { n: number }, events: {} as { type: string; message?: string } },
  actions: {
    deliver: emit(({ event }) => ({ type: 'deliver', message: event.message })),
    settle: emit({ type: 'settle' }),
    report: emit((_, { reason }: { reason: string }) => ({ type: 'report', reason })),
  },
  guards: { hasMessage: ({ event }) => event.message !== undefined },
}).createMachine({
  context: { n: 0 },
  initial: 'established',
  states: {
    established: {
      initial: 'steady',
      states: {
        steady: {
          on: {
            'message.received': { actions: 'deliver' },
            reported: { guard: 'hasMessage', actions: { type: 'report', params: { reason: 'idle' } } },
            settled: { actions: 'settle' },
            counted: { actions: assign({ n: ({ context }) => context.n + 1 }) },
          },
        },
      },
    },
  },
});
const table = compile(machine);

function bytesPerStep(type: string): number {
  const emitted: object[] = [];
  const event = { type, message: 'hello' };
  const snapshot = table.start(undefined, emitted as never);
  const run = (steps: number) => {
    for (let step = 0; step < steps; step += 1) {
      table.step(snapshot, event, emitted as never);
      emitted.pop();
    }
  };
  run(100_000);
  // The least of many measurements: other activity in the process, such as a compilation, only adds to it.
  const measured = Array.from({ length: 50 }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    run(20_000);
    return (process.memoryUsage().heapUsed - before) / 20_000;
  });
  return Math.min(...measured);
}

describe('the allocation of a step', () => {
  // Two properties, and the three words of every object.
  const command = 40;

  it('a step with a constant emitted event allocates nothing', () => {
    expect(bytesPerStep('settled')).toBeLessThan(2);
  });

  it('a step with a computed event allocates only that event', () => {
    expect(bytesPerStep('message.received')).toBeLessThan(command + 2);
    expect(bytesPerStep('reported')).toBeLessThan(command + 2);
  });

  it('a step that no transition takes allocates nothing', () => {
    expect(bytesPerStep('unknown')).toBeLessThan(2);
  });
});

describe('the memory of a session', () => {
  it('a snapshot takes 40 bytes and its context', () => {
    const emitted: never[] = [];
    const first = table.start(undefined, emitted);
    const event = { type: 'counted' };
    const snapshots = new Array<object>(20_000).fill(first);
    const fill = () => {
      for (const index of snapshots.keys()) snapshots[index] = table.step(first, event, emitted);
    };
    fill();
    fill();
    // The least of many, as above.
    const measured = Array.from({ length: 20 }, () => {
      snapshots.fill(first);
      collect();
      const before = process.memoryUsage().heapUsed;
      fill();
      collect();
      return (process.memoryUsage().heapUsed - before) / snapshots.length;
    });
    // A context with one property takes 32 bytes.
    expect(Math.min(...measured)).toBeLessThan(40 + 32 + 2);
  });
});

describe('the events of a compiled machine', () => {
  it('a compiled machine keeps no event after its step', async () => {
    const snapshot = table.start(undefined, []);
    const taken = () => {
      const event = { type: 'settled', message: 'secret' };
      table.step(snapshot, event, []);
      return new WeakRef(event);
    };
    const event = taken();
    // The target of a new WeakRef lives until the end of the task.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(event.deref()).toBeUndefined();
  });
});
