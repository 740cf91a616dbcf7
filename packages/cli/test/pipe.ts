/** `sallyport` in a pipe: its input, its output and its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFailed } from 'vitest';
import { NO_STATE, sallyport } from './built.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** For `connect`: a busy machine may take longer than the 5 s that the client waits for a reply by default. */
const PATIENT = ['--wait', '1000'];

export class Pipe {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  stdout = '';
  stderr = '';
  #changed = () => {};

  /**
   * The process gets PATH and `env`, and nothing else of the environment of the tests. `output`: the descriptor of a file
   * for standard output. `connect` waits for replies without a limit, unless `args` name one.
   */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, output: number | 'pipe' = 'pipe') {
    const { PATH } = process.env;
    const more = args[0] === 'connect' && !args.includes('--wait') ? PATIENT : [];
    this.process = spawn(process.execPath, [sallyport, ...args, ...more], {
      env: { PATH, XDG_STATE_HOME: NO_STATE, ...env },
      stdio: ['pipe', output, 'pipe'],
    });
    // It may wait for something that does not come.
    onTestFailed(() => void this.process.kill('SIGKILL'));
    // It may end before it has read all input.
    this.process.stdin?.on('error', () => {});
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#changed();
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#changed();
    });
    this.ended = once(this.process, 'close').then(([code]) => {
      this.#changed();
      return { code, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Writes to standard input. */
  write(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Resolves once standard output and standard error together match. */
  async shows(what: RegExp): Promise<void> {
    while (!what.test(this.stdout + this.stderr)) {
      if (this.process.exitCode !== null)
        throw new Error(`ended, with the output:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

/** Runs `sallyport` with all of the input at once, and then its end. */
export async function pipe(
  args: readonly string[],
  input: string | Uint8Array = '',
  env?: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const run = new Pipe(args, env);
  run.process.stdin?.end(input);
  return run.ended;
}
