/** The built servers, each as a process of its own, with its log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '@sallyport/test-fixtures/free-port';

export type ServerName = 'sallyport-ws' | 'sallyport-uws';

/** A line of the log. */
export interface LogLine {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** The path of a built file. `path` begins with the folder of its package. Throws if it is not built. */
export function builtFile(path: string): string {
  const file = fileURLToPath(new URL(`../../../packages/${path}`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is not built: run \`pnpm build\` first`);
  return file;
}

const fileOf = (name: string) => builtFile(`server/dist/${name}.js`);

/** Whether this machine can run `sallyport-uws`: uWebSockets.js does not have a binary for every Node. */
export async function hasUws(): Promise<boolean> {
  const { loadNative } = (await import(fileOf('uws-binary'))) as { loadNative(): unknown };
  try {
    loadNative();
    return true;
  } catch (error) {
    console.warn(`SKIPPED: sallyport-ws takes the place of sallyport-uws. ${(error as Error).message}`);
    return false;
  }
}

export class ServerProcess {
  readonly log: LogLine[] = [];
  readonly #name: ServerName;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;
  /** No other process can take it between two starts. */
  readonly #port: number;

  private constructor(name: ServerName, args: readonly string[], port: number) {
    this.#name = name;
    this.#args = args;
    this.#port = port;
  }

  /** Starts a server. Resolves once it listens. */
  static async start(name: ServerName, args: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(name, args, await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** The address of the admin listener. */
  get admin(): string {
    return String(this.log.findLast(({ event }) => event === 'admin.listening')?.['url']);
  }

  /** The id of the process. Undefined once it has ended. */
  get pid(): number | undefined {
    const child = this.#process;
    return child && child.exitCode === null && child.signalCode === null ? child.pid : undefined;
  }

  /** The events of this name, in order. */
  events(name: string): readonly LogLine[] {
    return this.log.filter(({ event }) => event === name);
  }

  /** Kills the process, and starts another one on the same port. */
  async restart(): Promise<void> {
    await this.kill();
    const args = [
      fileOf(`bin/${this.#name}`),
      '--port',
      String(this.#port),
      '--admin-port',
      '0',
      ...this.#args,
    ];
    const { PATH } = process.env;
    const child = spawn(process.execPath, args, { env: { PATH }, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${this.#name} ended with ${code} before it listened`)));
      createInterface({ input: child.stdout }).on('line', (text) => {
        const line = JSON.parse(text) as LogLine;
        this.log.push(line);
        if (line.event === 'listening') resolve();
      });
    });
  }

  /** Kills the process, as a loss of power would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Sends a signal, unless the process has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) this.#process?.kill(signal);
  }

  /** Drains the server. Resolves with its exit code. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = await ended;
    return code as number | null;
  }
}
