/** `sallyport` in a pipe: what goes in, and what comes out. */
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
   * The process gets PATH and the given variables, not the environment of the tests. `output`: the descriptor of a file that
   * standard output goes to. `connect` waits for replies without a limit, unless `args` name one.
   */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, output: number | 'pipe' = 'pipe') {
    const { PATH } = process.env;
    const more = args[0] === 'connect' && !args.includes('--wait') ? PATIENT : [];
    this.process = spawn(process.execPath, [sallyport, ...args, ...more], {
      env: { PATH, XDG_STATE_HOME: NO_STATE, ...env },
      stdio: ['pipe', output, 'pipe'],
    });
    // It may be waiting for something that does not come.
    onTestFailed(() => void this.process.kill('SIGKILL'));
    // It may have ended before all was said.
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

  say(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Resolves once this has come on either side. */
  async shows(what: RegExp): Promise<void> {
    while (!what.test(this.stdout + this.stderr)) {
      if (this.process.exitCode !== null) throw new Error(`ended, saying:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

/** All of the input at once, and then the end. */
export async function pipe(
  args: readonly string[],
  input: string | Uint8Array = '',
  env?: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const run = new Pipe(args, env);
  run.process.stdin?.end(input);
  return run.ended;
}
