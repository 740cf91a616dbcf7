/** The two binaries as they are built, run as processes of their own: the table that every story is run over. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canary } from '@sallyport/core/testing/canary';
import { Refusal } from '../src/refusal.ts';
import { loadNative } from '../src/uws-binary.ts';

export interface Binary {
  readonly name: string;
  readonly file: string;
  /** Why its stories cannot be run here. */
  readonly unusable?: string;
}

export const binaries: readonly Binary[] = [
  { name: 'sallyport-ws', file: fileOf('sallyport-ws') },
  { name: 'sallyport-uws', file: fileOf('sallyport-uws'), ...withoutNative() },
];

function fileOf(name: string): string {
  const file = fileURLToPath(new URL(`../dist/bin/${name}.js`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is not built: run \`pnpm build\` first`);
  return file;
}

function withoutNative(): { unusable?: string } {
  try {
    loadNative();
    return {};
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.warn(`SKIPPED: all that starts sallyport-uws. ${error.message}`);
    return { unusable: error.message };
  }
}

export interface Event {
  readonly event: string;
  readonly level: string;
  readonly [detail: string]: unknown;
}

/** What a process said and how it ended; `code` is null after a signal that it did not handle. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  stdout = '';
  stderr = '';
  #hasEnded = false;
  #changed = () => {};

  /** Nothing of the environment that the tests run in is handed on, but what is given. */
  constructor(
    binary: Binary,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    /** What else to start it by, such as a shell that limits it. */
    by: (command: readonly string[]) => readonly string[] = (command) => command,
  ) {
    const { PATH } = process.env;
    const [file = '', ...rest] = by([process.execPath, binary.file, ...args]);
    this.process = spawn(file, rest, { env: { PATH, ...env } });
    this.process.stdout?.on('data', (data) => {
      this.stdout += data;
      this.#changed();
    });
    this.process.stderr?.on('data', (data) => {
      this.stderr += data;
      this.#changed();
    });
    this.ended = once(this.process, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      this.#changed();
      // E23. Whatever a test was about, and whether or not it waits for this: a rejection that nobody handles is a failure.
      if (canary.isIn(this.stdout + this.stderr)) throw new Error('a secret shows in what was printed');
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** What has been logged so far. Throws if a line is no JSON. */
  get events(): readonly Event[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event);
  }

  /** The first event of this name (and these details), once it is logged. */
  async event(name: string, details: Readonly<Record<string, unknown>> = {}): Promise<Event> {
    for (;;) {
      const found = this.events.find(
        (event) =>
          event.event === name && Object.entries(details).every(([key, value]) => event[key] === value),
      );
      if (found) return found;
      if (this.#hasEnded) throw new Error(`ended without ${name}:\n${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  async listening(): Promise<{ url: string; port: number }> {
    const { url, port } = await this.event('listening');
    return { url: String(url), port: Number(port) };
  }

  /** Ends it as its users do, unless it has ended. */
  async stop(): Promise<Outcome> {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}
