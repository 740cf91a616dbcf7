/**
 * A server with workers, as the binary starts it, and its load generator. The parent and all workers share one core: the figures tell what workers cost,
 * not what a further core gains.
 *
 * Proven by: test/scale.test.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GENERATOR, type Grounds, Unavailable } from '../arena.ts';
import type { Contender } from '../contenders.ts';
import type { OrderName, Orders } from '../load/orders.ts';
import { PinnedProcess } from '../pinned-process.ts';
import { freePort } from './free-port.ts';

const APP = join(import.meta.dirname, '..', 'servers', 'scale', 'worker-app.js');
const END_MS = 15_000;
/** The clock ticks of a second, in which Linux counts processor time. */
const TICKS = 100;

export class Workers {
  readonly #server: ChildProcess;
  readonly #generator: PinnedProcess;
  readonly #publicationPort: number;
  #port = 0;

  private constructor({ name, script }: Contender, { cores }: Grounds, publicationPort: number) {
    const [binary = '', ...given] = script;
    const file = join(dirname(fileURLToPath(import.meta.resolve('@sallyport/server'))), 'bin', binary);
    const args = [file, '--port', '0', '--app', APP, ...given];
    this.#server = spawn('taskset', ['-c', String(cores.server), process.execPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production', PUBLICATION_PORT: String(publicationPort) },
    });
    this.#publicationPort = publicationPort;
    this.#generator = new PinnedProcess(`generator for ${name}`, cores.generator, [
      process.execPath,
      GENERATOR,
    ]);
  }

  /** Calls `visit` to measure a server, and always ends all processes. */
  static async visit<T>(
    contender: Contender,
    grounds: Grounds,
    visit: (workers: Workers) => Promise<T>,
  ): Promise<T> {
    const workers = new Workers(contender, grounds, await freePort());
    const kill = () => void workers.#server.kill('SIGKILL');
    process.once('exit', kill);
    try {
      workers.#port = await listening(workers.#server);
      return await visit(workers);
    } finally {
      await Promise.all([workers.#generator.end(), ended(workers.#server)]);
      process.off('exit', kill);
    }
  }

  async openTalking(count: number): Promise<void> {
    await this.#order('openTalking', { count, port: this.#port, dialect: 'text' });
  }

  closedLoop(given: Orders['closedLoop']['given']): Promise<Orders['closedLoop']['answer']> {
    return this.#order('closedLoop', given);
  }

  async closeAll(): Promise<void> {
    await this.#order('close', {});
  }

  async openSubscribers(count: number): Promise<void> {
    await this.#order('openSubscribers', { count, port: this.#port, dialect: 'channels' });
    await this.#order('subscribe', { from: 0, to: count, channel: 'one' });
  }

  /** One of the workers publishes. */
  fanOut(given: Omit<Orders['fanOut']['given'], 'port'>): Promise<Orders['fanOut']['answer']> {
    return this.#order('fanOut', { ...given, port: this.#publicationPort });
  }

  /** The processor time of the parent and of all workers so far. */
  cpuMicros(): number {
    const { pid = 0 } = this.#server;
    const workers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const all = [pid, ...(workers === '' ? [] : workers.split(' ').map(Number))];
    return all.reduce((sum, one) => sum + cpuMicrosOf(one), 0);
  }

  async #order<Name extends OrderName>(
    order: Name,
    given: Orders[Name]['given'],
  ): Promise<Orders[Name]['answer']> {
    return (await this.#generator.ask(JSON.stringify({ order, given }))) as Orders[Name]['answer'];
  }
}

function cpuMicrosOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name of the program, which may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

/** The port, once all workers listen. */
function listening(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Unavailable(`the server ended with ${code}`)));
    createInterface({ input: server.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (text) => {
      const { event, port } = JSON.parse(text) as { event?: string; port?: number };
      if (event === 'listening') resolve(port ?? 0);
    });
  });
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), END_MS);
  await exit;
  clearTimeout(timer);
}
