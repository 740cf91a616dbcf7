/** A script in a process of its own, for what ends a process. It ends with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

export function script(text: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let told = () => {};
  const write = (chunk: Buffer) => {
    output += chunk.toString();
    told();
  };
  child.stdout.on('data', write);
  child.stderr.on('data', write);
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, output }));
  return {
    ended,
    /** The port that it has printed. */
    async port(): Promise<number> {
      const printed = new Promise<number>((resolve) => {
        told = () => {
          const found = /port (\d+)\n/.exec(output)?.[1];
          if (found) resolve(Number(found));
        };
        told();
      });
      const early = ended.then((end): never => {
        throw new Error(`it ended before it listened: ${JSON.stringify(end)}`);
      });
      return Promise.race([printed, early]);
    },
    /** What it printed, once this is in it. */
    until(text: string): Promise<string> {
      return new Promise((resolve) => {
        told = () => {
          if (output.includes(text)) resolve(output);
        };
        told();
      });
    },
  };
}
