/** The real servers, each in its own process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { built } from './built.ts';

export const servers = ['sallyport-ws', 'sallyport-uws'] as const;
export type ServerName = (typeof servers)[number];

/** The check of `sallyport-uws` before it serves: uWebSockets.js does not have a binary for every Node. */
const uwsBinary = new URL('../uws-binary.js', pathToFileURL(built('server', 'sallyport-uws')));
const { loadNative }: { loadNative(): unknown } = await import(uwsBinary.href);
const obstacle = whyNoUws();

function whyNoUws(): string | undefined {
  try {
    loadNative();
    return undefined;
  } catch (refusal) {
    return (refusal as Error).message;
  }
}

export function isUnavailable(server: ServerName): boolean {
  return server === 'sallyport-uws' && obstacle !== undefined;
}

if (obstacle) console.warn(`SKIPPED: all tests with sallyport-uws. ${obstacle}`);

export interface LogEntry {
  readonly event: string;
  readonly [detail: string]: unknown;
}

export class ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly log: LogEntry[] = [];
  readonly #process: ChildProcess;
  #changed = () => {};

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
    this.url = `ws://127.0.0.1:${port}`;
  }

  static async start(
    server: ServerName = 'sallyport-ws',
    args: readonly string[] = [],
    port = 0,
  ): Promise<ServerProcess> {
    const { PATH } = process.env;
    const all = [built('server', server), '--port', String(port), '--log-level', 'debug', ...args];
    const child = spawn(process.execPath, all, { env: { PATH }, stdio: ['ignore', 'pipe', 'inherit'] });
    const early: LogEntry[] = [];
    return new Promise((resolve, reject) => {
      let started: ServerProcess | undefined;
      child.once('exit', (code) => reject(new Error(`${server} ended with ${code} before it listened`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const entry = JSON.parse(line) as LogEntry;
        (started?.log ?? early).push(entry);
        if (started) started.#changed();
        if (entry.event !== 'listening') return;
        started = new ServerProcess(child, Number(entry['port']));
        started.log.push(...early);
        resolve(started);
      });
    });
  }

  /** Forgets the log so far, so that tests can share a server. */
  forgetLog(): void {
    this.log.length = 0;
  }

  /** Resolves with the end of the first session that opened since `forgetLog`. */
  async endOfSession(): Promise<LogEntry> {
    const { session } = await this.event('session.opened');
    return this.event('session.closed', session);
  }

  /** Resolves with the first log entry of this event, and of this session if one is given. */
  async event(name: string, session?: unknown): Promise<LogEntry> {
    for (;;) {
      const found = this.log.find(
        (entry) => entry.event === name && (session === undefined || entry['session'] === session),
      );
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** Stops the process. Its connections stay open. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  /** Kills the process, as a loss of power would. */
  async kill(): Promise<void> {
    await this.stop('SIGKILL');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    await once(this.#process, 'exit');
  }
}
