/**
 * What a server under test tells the bench, and is asked: one line of JSON each on its standard streams.
 *
 * `{ port }` first, or `{ unavailable }` with why it cannot run here. Then `usage` → `{ cpuMicros }`, `settle` →
 * `{ rssBytes, heapBytes }` after a garbage collection. A server ends when its standard input does, so that none is
 * ever left behind. peers/websockets_server.py speaks the same.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Node's own, under `--expose-gc`. */
declare const gc: (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

const tell = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Says that the server listens, and answers from then on. */
export function attend(port: number): void {
  tell({ port });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line === 'usage') usage();
    else if (line === 'settle') void settle();
  });
  lines.on('close', () => process.exit(0));
}

/** Says that this machine or this Node has not what the server needs; the bench goes on without it. */
export function excuse(reason: string): never {
  tell({ unavailable: reason });
  process.exit(0);
}

function usage(): void {
  const { user, system } = process.cpuUsage();
  tell({ cpuMicros: user + system });
}

async function settle(): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await sleep(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  tell({ rssBytes: rss, heapBytes: heapUsed + external });
}
