/**
 * Runs the command line in this process. It is for tests of the words and the exit code: a process of its own takes a
 * third of a second of CPU time. `pipe.ts` starts the built binary.
 */
import { PassThrough } from 'node:stream';
import { vi } from 'vitest';
import { run } from '../src/program.ts';
import { NO_STATE } from './built.ts';
import type { Outcome } from './pipe.ts';

/**
 * Runs `sallyport` with these arguments and without the environment of the tests. `input` is all of its standard input. While
 * `reader.isSlow`, standard output is full; emit `drain` on it afterwards.
 */
export async function runInProcess(
  args: readonly string[],
  input = '',
  reader = { isSlow: false },
): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  const errorListeners = (['stdout', 'stderr'] as const).map(
    (name) => [process[name], process[name].listeners('error')] as const,
  );
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...rest) => {
      output[name] += text;
      for (const written of rest) if (typeof written === 'function') (written as () => void)();
      return name === 'stderr' || !reader.isSlow;
    }),
  );
  const stdin = vi
    .spyOn(process, 'stdin', 'get')
    .mockReturnValue(new PassThrough().end(input) as unknown as typeof process.stdin);
  const environment = process.env;
  process.env = { XDG_STATE_HOME: NO_STATE };
  try {
    return { code: await run(args), ...output };
  } finally {
    process.env = environment;
    for (const spy of [...spies, stdin]) spy.mockRestore();
    for (const [stream, before] of errorListeners)
      for (const listener of stream.listeners('error'))
        if (!before.includes(listener)) stream.off('error', listener as () => void);
  }
}
