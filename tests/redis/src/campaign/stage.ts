/**
 * The servers of a campaign: `sallyport-ws` with two workers and `sallyport-uws`, each behind a fault proxy of its own, over one Redis that keeps
 * what it has answered.
 *
 * Proven by: test/campaign.test.ts.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { builtFile, hasUws, type ServerName, ServerProcess } from '../server-process.ts';
import { childrenOf, familyOf, type Usage } from './processes.ts';

/** Publications that a channel keeps. One recovery has at most as many. */
export const HISTORY = 300;

/** Any user may sign in: Redis bounds how many publications with a key one user may make in a minute. */
const appText =
  () => `import { accept } from ${JSON.stringify(pathToFileURL(builtFile('core/dist/index.js')).href)};
export const authenticate = ({ username }) => accept(username);
`;

/** A server with its way to Redis. */
export interface Node {
  readonly server: ServerProcess;
  readonly proxy: FaultProxy;
  readonly hasWorkers: boolean;
}

export class Stage {
  readonly redis: RedisServer;
  /** The one with workers, and the other one. */
  readonly nodes: readonly [Node, Node];
  readonly #folder: string;

  private constructor(redis: RedisServer, nodes: readonly [Node, Node], folder: string) {
    this.redis = redis;
    this.nodes = nodes;
    this.#folder = folder;
  }

  static async start(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-campaign-'));
    const rules = join(folder, 'channels.json');
    const all = { subscribe: '*', recover: '*', publish: '*', historySize: HISTORY };
    await writeFile(rules, JSON.stringify({ namespaces: { 'load:*': all } }), { mode: 0o600 });
    const app = join(folder, 'app.mjs');
    await writeFile(app, appText());
    // What Redis has answered survives its end. With `everysec` it may lose what it has answered within the last seconds.
    const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    const start = async (name: ServerName, more: readonly string[]): Promise<Node> => {
      const proxy = await startFaultProxy(redis.port);
      const args = ['--redis', proxy.url, '--channels', rules, '--app', app, ...more];
      return { server: await ServerProcess.start(name, args), proxy, hasWorkers: more.length > 0 };
    };
    const second = (await hasUws()) ? 'sallyport-uws' : 'sallyport-ws';
    const nodes = [await start('sallyport-ws', ['--workers', '2']), await start(second, [])] as const;
    return new Stage(redis, nodes, folder);
  }

  /** Starts a server that has ended, again and again until it listens, as a supervisor does. */
  async revive({ server }: Node): Promise<void> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return await server.restart();
      } catch (error) {
        // Workers of a parent that was killed may hold the port for a moment.
        if (attempt === 50) throw error;
        await sleep(200);
      }
  }

  /** The workers of a node that live. */
  workersOf({ server: { pid } }: Node): readonly number[] {
    return pid === undefined ? [] : childrenOf(pid);
  }

  /** What the processes of each node and Redis use. */
  get usage(): readonly [readonly Usage[], readonly Usage[], readonly Usage[]] {
    const of = (pid: number | undefined) => (pid === undefined ? [] : familyOf(pid));
    const [first, second] = this.nodes;
    return [of(first.server.pid), of(second.server.pid), of(this.redis.pid)];
  }

  /** Ends all that a fault may have left behind: cut and slow connections, and stopped processes. */
  heal(): void {
    this.redis.thaw();
    for (const node of this.nodes) {
      node.proxy.mend();
      node.proxy.resume();
      node.proxy.delay(0);
      node.server.signal('SIGCONT');
      for (const worker of this.workersOf(node)) process.kill(worker, 'SIGCONT');
    }
  }

  async close(): Promise<void> {
    this.heal();
    for (const { server, proxy } of this.nodes) {
      await server.stop();
      await proxy.close();
    }
    await this.redis.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
