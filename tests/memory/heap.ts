/** The size of the heap after garbage collection, and the difference between growth and noise. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** In bytes. Collects more than once, because finalisers and closed sockets release more garbage. */
export async function heapInUse(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    await sleep(20);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Expects that the last two thirds of the work changed the heap by at most 5 %. */
export function expectFlat(atThird: number, atEnd: number, what: string): void {
  const growth = atEnd / atThird - 1;
  console.log(
    `${what}: ${mib(atThird)} at a third, ${mib(atEnd)} at the end (${(growth * 100).toFixed(1)} %)`,
  );
  expect(growth).toBeLessThan(0.05);
}

export const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
