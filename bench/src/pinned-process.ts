/**
 * A process of the bench, pinned to one core, that answers lines with lines. It ends when its standard input ends, so also
 * when the bench is killed. A process that does not end in time is killed by its id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

const ANSWER_MS = 120_000;
const END_MS = 2_000;

export class PinnedProcess {
  readonly #child: ChildProcess;
  readonly #title: string;
  readonly #answers: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #hasEnded = false;

  constructor(title: string, core: number, command: readonly string[]) {
    this.#title = title;
    this.#child = spawn('taskset', ['-c', String(core), ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> })
      .on('line', (line) => this.#said(line))
      .on('close', () => this.#ended());
    this.#child.on('error', () => this.#ended());
    // A question to a process that has just ended is answered by its end.
    this.#input.on('error', () => {});
  }

  /** Sends a line, if one is given, and resolves with the JSON of the next line that arrives. */
  async ask(line?: string): Promise<unknown> {
    if (line !== undefined) this.#input.write(`${line}\n`);
    const answer = this.#answers.shift() ?? (this.#hasEnded ? undefined : await this.#next());
    if (answer === undefined) throw new Error(`${this.#title} ended, or did not answer in time`);
    const parsed = JSON.parse(answer) as { error?: string };
    if (parsed.error !== undefined) throw new Error(`${this.#title}: ${parsed.error}`);
    return parsed;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined)
      return;
    const exit = once(this.#child, 'exit');
    this.#input.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await exit;
    clearTimeout(timer);
  }

  get #input(): Writable {
    return this.#child.stdin as Writable;
  }

  #next(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(undefined), ANSWER_MS);
      this.#waiting = (line) => {
        clearTimeout(timer);
        resolve(line);
      };
    });
  }

  #said(line: string): void {
    if (this.#waiting) this.#settle(line);
    else this.#answers.push(line);
  }

  #ended(): void {
    this.#hasEnded = true;
    this.#settle(undefined);
  }

  #settle(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}
