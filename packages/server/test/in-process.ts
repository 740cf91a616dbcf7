/**
 * Runs the program of a binary in this process, up to a startup error. It is for tests of the words: a process of its own
 * takes a third of a second of CPU time. `binary.ts` starts the built binaries.
 */
import { canary } from '@sallyport/core/testing/canary';
import { vi } from 'vitest';
import { runProgram } from '../src/program.ts';
import type { Transport } from '../src/transport.ts';
import { uwsTransport, wsTransport } from '../src/transports.ts';
import type { Outcome } from './binary.ts';

/** As in `src/bin`, where each file runs one of them. */
const transports: Readonly<Record<string, Transport>> = {
  'sallyport-ws': wsTransport,
  'sallyport-uws': uwsTransport,
};

/**
 * Runs the binary of this name with these arguments and this environment. Resolves to its output and exit code; throws if it
 * starts to listen.
 */
export async function runInProcess(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const transport = transports[name];
  if (!transport) throw new Error(`no binary ${name}`);
  const output = { stdout: '', stderr: '' };
  const listeners = (['stdout', 'stderr'] as const).flatMap((name) =>
    (['error', 'drain'] as const).map((event) => {
      const stream = process[name];
      return { stream, event, before: stream.listeners(event) };
    }),
  );
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...rest) => {
      output[name] += text;
      for (const written of rest) if (typeof written === 'function') (written as () => void)();
      return true;
    }),
  );
  let code: number | null = null;
  const exit = vi.spyOn(process, 'exit').mockImplementation((status) => {
    code = Number(status);
    return undefined as never;
  });
  const environment = process.env;
  process.env = { ...env };
  try {
    await runProgram(transport, args);
  } finally {
    process.env = environment;
    for (const spy of [...spies, exit]) spy.mockRestore();
    for (const { stream, event, before } of listeners)
      for (const listener of stream.listeners(event))
        if (!before.includes(listener)) stream.off(event, listener as () => void);
  }
  if (canary.isIn(output.stdout + output.stderr)) throw new Error('the output contains a secret');
  // `--help` and `--version` end without a call of `process.exit`.
  if (code === null && output.stdout === '') throw new Error('it has started');
  return { code: code ?? 0, signal: null, ...output };
}
