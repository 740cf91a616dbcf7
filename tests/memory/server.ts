/** A built binary as a process, and the resident memory of that process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Server {
  readonly port: number;
  /** The highest rise of the resident memory until `during` settles, in bytes. */
  rise(during: () => Promise<unknown>): Promise<number>;
}

export async function start(name: string, args: readonly string[] = []): Promise<Server> {
  const file = fileURLToPath(new URL(`../../packages/server/dist/bin/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, '--port', '0', '--log-level', 'fatal', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { port } = JSON.parse(line) as { port: number };
  return { port, rise: (during) => riseOf(child, during) };
}

async function riseOf({ pid }: ChildProcess, during: () => Promise<unknown>): Promise<number> {
  const before = residentBytes(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, 10);
  try {
    await during();
  } finally {
    clearInterval(watch);
  }
  return Math.max(most, residentBytes(pid)) - before;
}

/** From Linux's proc(5). */
function residentBytes(pid: number | undefined): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1_024;
}
