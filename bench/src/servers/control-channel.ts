/**
 * The control channel between the bench and a server under test: lines on the server's standard streams.
 *
 * The server first writes `{ port }`, or `{ unavailable }` with the reason why it cannot run here. Then it answers `usage` with
 * `{ cpuMicros }`, and `settle` with `{ rssBytes, heapBytes }` after a garbage collection. A server of the part `fanout` adds its
 * `publicationPort` to the first line, and may answer further questions. It exits when its standard input
 * ends, so that no server is left behind. `bench --compare` also runs servers of other revisions, so these words must stay.
 * peers/websockets_server.py has the same channel.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Node has it under `--expose-gc`. */
declare const gc: (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

const write = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** Answers a question of the bench. */
export type Answerer = () => Promise<object>;

/** Reports the ports of the listening server, and answers questions from then on. `answers` are those that only this server knows. */
export function openControlChannel(
  port: number,
  ports: object = {},
  answers: Readonly<Record<string, Answerer>> = {},
): void {
  write({ port, ...ports });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line === 'usage') reportUsage();
    else if (line === 'settle') void reportMemory();
    else void answers[line]?.().then(write);
  });
  lines.on('close', () => process.exit(0));
}

/** Reports that this machine or this Node lacks what the server needs; the bench goes on without it. */
export function reportUnavailable(reason: string): never {
  write({ unavailable: reason });
  process.exit(0);
}

function reportUsage(): void {
  const { user, system } = process.cpuUsage();
  write({ cpuMicros: user + system });
}

async function reportMemory(): Promise<void> {
  for (let times = 0; times < 3; times += 1) {
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await sleep(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  write({ rssBytes: rss, heapBytes: heapUsed + external });
}
