/** The Redis of one visit: a process of its own, without persistence, pinned to a core. Proven by: test/scale.test.ts. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from './free-port.ts';

const START_MS = 10_000;

const clientOf = (port: number) =>
  createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 50 } });

export class Redis {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #client: ReturnType<typeof clientOf>;

  private constructor(child: ChildProcess, client: ReturnType<typeof clientOf>, port: number) {
    this.#process = child;
    this.#client = client;
    this.port = port;
  }

  /** Whether there is a redis-server. */
  static isInstalled(): boolean {
    return spawnSync('redis-server', ['--version']).status === 0;
  }

  static async start(core: number): Promise<Redis> {
    const port = await freePort();
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', tmpdir(), '--save', ''];
    const child = spawn('taskset', ['-c', String(core), 'redis-server', ...options, '--appendonly', 'no'], {
      stdio: 'ignore',
    });
    const kill = () => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    const client = clientOf(port);
    // Refused until it listens.
    client.on('error', () => {});
    const timer = setTimeout(() => client.destroy(), START_MS);
    await client.connect();
    clearTimeout(timer);
    return new Redis(child, client, port);
  }

  /** The processor time that Redis has used so far. */
  async cpuMicros(): Promise<number> {
    const info = await this.#info('cpu');
    const used = (name: string) => Number(info.get(name)) * 1e6;
    return used('used_cpu_user') + used('used_cpu_sys');
  }

  /** How often these commands were called so far. */
  async calls(commands: readonly string[]): Promise<number> {
    const info = await this.#info('commandstats');
    const callsOf = (name: string) => Number(/calls=(\d+)/.exec(info.get(`cmdstat_${name}`) ?? '')?.[1] ?? 0);
    return commands.reduce((all, name) => all + callsOf(name), 0);
  }

  /** Resolves once this many clients have the mark in Redis's list of clients. */
  async untilClients(mark: RegExp, count: number): Promise<void> {
    const startedAt = performance.now();
    for (;;) {
      const list = String(await this.#client.sendCommand(['CLIENT', 'LIST']));
      if (list.split('\n').filter((line) => mark.test(line)).length >= count) return;
      if (performance.now() - startedAt > START_MS)
        throw new Error(`${count} servers are not ready: ${mark}`);
      await sleep(20);
    }
  }

  async end(): Promise<void> {
    this.#client.destroy();
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  async #info(section: string): Promise<ReadonlyMap<string, string>> {
    const text = String(await this.#client.sendCommand(['INFO', section]));
    const lines = text.split('\r\n').filter((line) => line.includes(':'));
    return new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    );
  }
}
