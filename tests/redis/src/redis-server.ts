/**
 * Starts redis-server processes for tests: each on a free port of loopback, with a folder of its own, and without persistence. A test that
 * uses them is skipped aloud where there is no redis-server. The environment variable REDIS_SERVER names another program, such as `valkey-server`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from '@sallyport/test-fixtures/free-port';

/** The program that is Redis in all tests. */
const PROGRAM = process.env['REDIS_SERVER'] ?? 'redis-server';

const VERSION = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout ?? '';

/** Whether this machine has the program. */
export const hasRedis: boolean = VERSION.includes('v=');

if (!hasRedis)
  console.warn(
    `SKIPPED: the tests on Redis need ${PROGRAM} in PATH (Debian: apt-get install ${basename(PROGRAM)})`,
  );

/** A redis-server. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Sends a command as the default user. Rejects with what Redis said. */
  command(...args: readonly string[]): Promise<unknown>;
  /** Stops the process without closing a connection, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Kills the process. Resolves once it has ended. */
  kill(): Promise<void>;
  /** Kills the process, and starts a new one on the same port. What was stored is lost, except with `--appendonly yes`. */
  restart(): Promise<void>;
  /** Kills the process, and starts a new one on the same port, without anything that was stored. */
  restartEmpty(): Promise<void>;
  /** The id of the process. */
  readonly pid: number | undefined;
  /** Kills the process and removes its folder. */
  close(): Promise<void>;
}

/** Starts a redis-server. `args` are more of its options, such as `['--maxmemory', '10mb']`. */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'sallyport-redis-'));
  const port = await freePort();
  let child = run(port, directory, args);
  await untilReady(port);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await ended;
  };
  const restart = async () => {
    await kill();
    child = run(port, directory, args);
    await untilReady(port);
  };
  return {
    port,
    get pid() {
      return child.pid;
    },
    url: `redis://127.0.0.1:${port}`,
    async command(...command) {
      const client = clientOf(port);
      await client.connect();
      try {
        return await client.sendCommand([...command]);
      } finally {
        client.destroy();
      }
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill,
    restart,
    async restartEmpty() {
      await kill();
      for (const name of await readdir(directory))
        await rm(join(directory, name), { recursive: true, force: true });
      await restart();
    },
    async close() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function run(port: number, directory: string, args: readonly string[]): ChildProcess {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const child = spawn(PROGRAM, [...options, '--appendonly', 'no', '--loglevel', 'warning', ...args], {
    stdio: 'ignore',
  });
  // A test run that is interrupted leaves no process behind.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

async function untilReady(port: number): Promise<void> {
  for (;;) {
    const client = clientOf(port);
    try {
      await client.connect();
      await client.sendCommand(['PING']);
      return;
    } catch (error) {
      // A server that wants a password is ready.
      if (/NOAUTH|WRONGPASS/.test(String(error))) return;
      await sleep(20);
    } finally {
      if (client.isOpen) client.destroy();
    }
  }
}

function clientOf(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false } });
  // What fails is reported by the promises.
  client.on('error', () => {});
  return client;
}
