/** Starts the two built binaries as processes. Every test of a binary runs over this table. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canary } from '@sallyport/core/testing/canary';
import { StartupError } from '../src/startup-error.ts';
import { loadNative } from '../src/uws-binary.ts';
import { undocumentedIn } from './documented-events.ts';

export interface Binary {
  readonly name: string;
  readonly file: string;
  /** Why the binary cannot run here. Absent: it can. */
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
    if (!(error instanceof StartupError)) throw error;
    console.warn(`SKIPPED: all tests that start sallyport-uws. ${error.message}`);
    return { unusable: error.message };
  }
}

export interface Event {
  readonly event: string;
  readonly level: string;
  readonly [detail: string]: unknown;
}

/** The output of a process and how it ended; `code` is null after a signal that it did not handle. */
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

  /** The process gets only PATH and the given variables, not the environment of the tests. */
  constructor(
    binary: Binary,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    /** Wraps the command, for example in a shell that limits it. */
    wrap: (command: readonly string[]) => readonly string[] = (command) => command,
  ) {
    const { PATH } = process.env;
    const [file = '', ...rest] = wrap([process.execPath, binary.file, ...args]);
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
      // E23, in every test, even in one that does not wait for this: an unhandled rejection fails the run.
      if (canary.isIn(this.stdout + this.stderr)) throw new Error('the output contains a secret');
      checkDocumented(this.stdout);
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** The log so far. Throws if a line is not JSON. */
  get events(): readonly Event[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event);
  }

  /** Resolves to the first event with this name and these details, once it is logged. */
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

  /** Sends SIGTERM and waits until the process has ended. */
  async stop(): Promise<Outcome> {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}

/** Throws for a line of the log that docs/operations/logs.md does not have so. */
function checkDocumented(stdout: string): void {
  // A process that was killed may have written a part of its last line.
  for (const line of stdout.split('\n').slice(0, -1)) {
    if (!line.startsWith('{"level":') || !line.endsWith('}')) continue;
    const undocumented = undocumentedIn(JSON.parse(line));
    if (undocumented !== undefined) throw new Error(`${undocumented}: ${line.slice(0, 300)}`);
  }
}
