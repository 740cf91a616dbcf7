/** A script in its own process, for behaviour that ends a process. It ends with the test. */
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
  const waiting: (() => void)[] = [];
  const write = (chunk: Buffer) => {
    output += chunk.toString();
    for (const goOn of waiting.splice(0)) goOn();
  };
  child.stdout.on('data', write);
  child.stderr.on('data', write);
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, output }));
  async function printed<T>(what: string, found: () => T | undefined): Promise<T> {
    const early = ended.then((end) => {
      if (found() === undefined)
        throw new Error(`it ended before it printed ${what}: ${JSON.stringify(end)}`);
    });
    for (;;) {
      const result = found();
      if (result !== undefined) return result;
      await Promise.race([new Promise<void>((resolve) => waiting.push(resolve)), early]);
    }
  }
  return {
    ended,
    /** The port that it has printed. */
    async port(): Promise<number> {
      return Number(await printed('a port', () => /port (\d+)\n/.exec(output)?.[1]));
    },
    /** The output, as soon as it contains this text. */
    until(text: string): Promise<string> {
      return printed(JSON.stringify(text), () => (output.includes(text) ? output : undefined));
    },
  };
}
