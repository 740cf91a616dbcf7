/** What is left on the heap when all garbage is collected, and what is growth and what is noise. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** In bytes. Collects more than once, since what finalisers and closed sockets let go of is garbage only then. */
export async function heapInUse(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    await sleep(20);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Two thirds of the work left the heap within 5 %. */
export function expectFlat(atThird: number, atEnd: number, what: string): void {
  const growth = atEnd / atThird - 1;
  console.log(
    `${what}: ${mib(atThird)} at a third, ${mib(atEnd)} at the end (${(growth * 100).toFixed(1)} %)`,
  );
  expect(growth).toBeLessThan(0.05);
}

export const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
