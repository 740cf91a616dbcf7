/**
 * The faults of a campaign. Each ends by itself: once it has resolved, all that it stopped runs again. Those of one group never overlap, and one of each
 * group may.
 *
 * Proven by: test/campaign.test.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Node, Stage } from './stage.ts';
import type { Wire } from './watched-socket.ts';

/** What a fault acts on. */
export interface Scene {
  readonly stage: Stage;
  readonly wire: Wire;
  readonly chance: Chance;
  /** How long a fault may last. Past 5 s, commands to Redis exceed their deadline. */
  readonly longestMs: number;
  /** How long servers may take to recover from a fault. */
  readonly settleMs: number;
}

export interface Fault {
  readonly name: string;
  act(scene: Scene): Promise<void>;
}

const fault = (name: string, act: Fault['act']): Fault => ({ name, act });

/** Waits a random time: up to `mostMs`, or to what this campaign allows. */
const pause = ({ chance, longestMs }: Scene, mostMs: number) =>
  sleep(chance.between(100, Math.min(longestMs, mostMs)));
const anyNode = ({ stage, chance }: Scene): Node => chance.pick(stage.nodes);

/** Faults of Redis, of the ways to it, and of the ways to the clients. */
export const networkFaults: readonly Fault[] = [
  fault('Redis is killed, and has its log', async (scene) => {
    await scene.stage.redis.kill();
    await pause(scene, 2_000);
    await scene.stage.redis.restart();
  }),
  fault('Redis is killed, and is empty', async (scene) => {
    await scene.stage.redis.kill();
    await pause(scene, 1_000);
    await scene.stage.redis.restartEmpty();
  }),
  fault('Redis is stopped for a while', async (scene) => {
    scene.stage.redis.freeze();
    await pause(scene, 7_000);
    scene.stage.redis.thaw();
  }),
  fault('a server is cut off from Redis for a while', async (scene) => {
    const { proxy } = anyNode(scene);
    proxy.cut();
    await pause(scene, 3_000);
    proxy.mend();
  }),
  fault('the connections of a server to Redis are cut once', async (scene) => anyNode(scene).proxy.cutOnce()),
  fault('Redis is silent for a server', async (scene) => {
    const { proxy } = anyNode(scene);
    proxy.stall();
    await pause(scene, 7_000);
    proxy.resume();
  }),
  fault('Redis is slow for a server', async (scene) => {
    const { proxy } = anyNode(scene);
    proxy.delay(scene.chance.between(5, 300));
    await pause(scene, 3_000);
    proxy.delay(0);
  }),
  fault('Redis closes the connections with subscriptions', async ({ stage }) => {
    await stage.redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  }),
  fault('Redis forgets its scripts', async ({ stage }) => {
    await stage.redis.command('SCRIPT', 'FLUSH');
  }),
  fault('half of the clients lose their connections', async ({ wire, chance }) => wire.cut(chance)),
];

/** Faults and restarts of servers. */
export const serverFaults: readonly Fault[] = [
  fault('a server is killed', async (scene) => {
    const node = anyNode(scene);
    await node.server.kill();
    await pause(scene, 2_000);
    await scene.stage.revive(node);
  }),
  fault('a server drains and is started again', async (scene) => {
    const node = anyNode(scene);
    await node.server.stop();
    await scene.stage.revive(node);
  }),
  fault('a server is stopped for a while', async (scene) => {
    const [, { server }] = scene.stage.nodes;
    server.signal('SIGSTOP');
    await pause(scene, 7_000);
    server.signal('SIGCONT');
  }),
  fault('a worker is killed', (scene) => replaceWorker(scene, 'SIGKILL')),
  fault('a worker drains', (scene) => replaceWorker(scene, 'SIGTERM')),
  fault('a worker is stopped for a while', async (scene) => {
    const worker = await aWorker(scene);
    process.kill(worker, 'SIGSTOP');
    await pause(scene, 7_000);
    process.kill(worker, 'SIGCONT');
  }),
  fault('all workers are replaced, one after the other', async (scene) => {
    const [{ server }] = scene.stage.nodes;
    const ended = () => server.events('rolling.ended').length + server.events('rolling.failed').length;
    const before = ended();
    server.signal('SIGUSR2');
    await until(scene, () => ended() > before);
  }),
  fault('both servers read their files again', async ({ stage }) => {
    for (const { server } of stage.nodes) server.signal('SIGHUP');
  }),
];

async function replaceWorker(scene: Scene, signal: NodeJS.Signals): Promise<void> {
  const { server } = scene.stage.nodes[0];
  const listening = () => server.events('worker.listening').length;
  const before = listening();
  process.kill(await aWorker(scene), signal);
  await until(scene, () => listening() > before);
}

/** A worker. One that was killed may not have been replaced yet. */
async function aWorker(scene: Scene): Promise<number> {
  const workers = () => scene.stage.workersOf(scene.stage.nodes[0]);
  await until(scene, () => workers().length > 0);
  return scene.chance.pick(workers());
}

/** Rejects if the servers take longer than `settleMs`. */
async function until({ settleMs }: Scene, condition: () => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > settleMs) throw new Error(`it took longer than ${settleMs} ms`);
    await sleep(20);
  }
}
