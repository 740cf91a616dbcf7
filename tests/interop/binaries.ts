/** The two built binaries, each started as a user starts it and ended when the test is over. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { binaries as tested } from '../../packages/server/test/binary.ts';

export const binaries = ['sallyport-ws', 'sallyport-uws'] as const;
export type Binary = (typeof binaries)[number];

/** uWebSockets.js has no binary here. The tests of the binaries warn about that. */
export function isUnavailable(binary: Binary): boolean {
  return tested.some(({ name, unusable }) => name === binary && unusable);
}

export interface Running {
  readonly url: string;
  /** The log so far, one object per line. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves when the server has logged an event with this name and these details. */
  logged(event: string, details?: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

export async function start(binary: Binary, args: readonly string[] = []): Promise<Running> {
  const file = fileURLToPath(new URL(`../../packages/server/dist/bin/${binary}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const goOn = () => {
    for (const look of waiting) look();
  };
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${binary} ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      goOn();
      if (entry['event'] === 'listening') resolve(String(entry['url']));
    });
  });
  child.once('close', goOn);
  const logged = (event: string, details: Readonly<Record<string, unknown>> = {}) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const wanted = Object.entries({ event, ...details });
        const isThere = log.some((entry) => wanted.every(([name, value]) => entry[name] === value));
        if (!isThere && child.exitCode === null) return;
        waiting.delete(look);
        if (isThere) resolve();
        else reject(new Error(`${binary} ended and has not logged ${event}: ${JSON.stringify(log)}`));
      };
      waiting.add(look);
      look();
    });
  return { url, log, logged, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
