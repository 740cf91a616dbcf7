/** Times one kind of machine step in a process of its own, so that other kinds do not influence the compiler. */
import { createInterface } from 'node:readline';

const BATCH = 1_000;

/** Answers each line, a number of seconds, with `{ nanoseconds }` per step. `step` returns the number of its commands. */
export function offer(step: () => number): void {
  run(step, 0.1);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (seconds) => {
    process.stdout.write(`${JSON.stringify({ nanoseconds: run(step, Number(seconds)) })}\n`);
  });
}

function run(step: () => number, seconds: number): number {
  const started = performance.now();
  let steps = 0;
  let emitted = 0;
  let elapsedMs = 0;
  while (elapsedMs < seconds * 1_000) {
    for (let i = 0; i < BATCH; i += 1) emitted += step();
    steps += BATCH;
    elapsedMs = performance.now() - started;
  }
  if (emitted !== steps) throw new Error(`${steps} steps emitted ${emitted} commands`);
  return (elapsedMs / steps) * 1e6;
}
