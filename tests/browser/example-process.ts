/** A program of an example, started as its package starts it: a process that prints the address at which it listens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const examples = new URL('../../examples/', import.meta.url);

export class ExampleProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';

  /** `file` starts at the folder `examples`. The process runs in `folder`, and gets only PATH and these variables. */
  constructor(folder: string, file: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const { PATH } = process.env;
    this.#process = spawn(process.execPath, [fileURLToPath(new URL(file, examples)), ...args], {
      cwd: new URL(`${folder}/`, examples),
      env: { PATH, ...env },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (data) => {
        this.#output += stripVTControlCharacters(String(data));
      });
    this.#ended = once(this.#process, 'close');
  }

  /** The first address of this machine that the program prints. Throws if the program ends first. */
  async url(): Promise<string> {
    for (;;) {
      const [url] = /http:\/\/(?:127\.0\.0\.1|localhost):\d+\/(?=\s)/.exec(this.#output) ?? [];
      if (url) return url;
      if (this.#process.exitCode !== null) throw new Error(`ended early:\n${this.#output}`);
      await Promise.race([once(this.#process.stdout ?? this.#process, 'data'), this.#ended]);
    }
  }

  /** Resolves when the program has ended by itself. Throws if it failed. */
  async succeeded(): Promise<void> {
    await this.#ended;
    if (this.#process.exitCode !== 0) throw new Error(this.#output);
  }

  /** Sends SIGKILL and waits until the program has ended. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** Sends SIGTERM and waits until the program has ended. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#ended;
  }
}
