/** The load generator, a process of its own. It executes one order (`orders.ts`) at a time, until its standard input ends. */
import { createInterface } from 'node:readline';
import { runClosedLoop } from './closed-loop.ts';
import { Connection } from './connection.ts';
import { type Dialect, dialects } from './dialect.ts';
import { runFanOut } from './fan-out-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import type { Crowd, Load, OrderName, Orders } from './orders.ts';
import { PrebuiltFrames } from './prebuilt-frames.ts';
import { subscribeAll, subscribeAtOnce, subscribeToMany } from './subscribing.ts';

const OPENING_AT_ONCE = 16;

let dialect: Dialect = dialects.text;
let idle: Connection[] = [];
let talking: Connection[] = [];
/** An idle connection was lost, so the measurement beside it is not the intended one. */
let lost: Error | undefined;

async function open({ port, dialect: name, count }: Crowd): Promise<Connection[]> {
  dialect = dialects[name];
  const opened: Connection[] = [];
  let left = count;
  const opener = async () => {
    while (left > 0) {
      left -= 1;
      opened.push(await Connection.open(port, dialect));
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener));
  return opened;
}

async function timed(action: () => Promise<void>): Promise<{ seconds: number }> {
  const started = performance.now();
  await action();
  return { seconds: (performance.now() - started) / 1_000 };
}

async function watched<T>(run: () => Promise<T>): Promise<T & Load> {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { ...result, generatorShare: (user + system) / 1_000 / (performance.now() - started) };
}

/** Checks one whole echo, letter by letter. */
async function prove(connection: Connection): Promise<void> {
  const proof = 'your submit context: is it you?';
  await connection.exchange({ send: dialect.message('is it you?', 0), expect: proof });
  for (let more = 1; more < dialect.framesPerReply; more += 1) await connection.exchange({ expect: '' });
}

const obey: { [Name in OrderName]: (given: Orders[Name]['given']) => Promise<Orders[Name]['answer']> } = {
  openIdle: (crowd) =>
    timed(async () => {
      const opened = await open(crowd);
      for (const connection of opened)
        connection.onLost((error) => {
          lost ??= error;
        });
      idle.push(...opened);
    }),
  openTalking: (crowd) =>
    timed(async () => {
      talking.push(...(await open(crowd)));
      for (const connection of talking) await prove(connection);
    }),
  closedLoop: ({ textBytes, ...loop }) => {
    const ammunition = new PrebuiltFrames(dialect, textBytes);
    return watched(() => runClosedLoop(talking, ammunition, dialect, loop));
  },
  openLoop: ({ textBytes, ...loop }) => {
    const ammunition = new PrebuiltFrames(dialect, textBytes);
    return watched(() => runOpenLoop(talking, ammunition, dialect, loop));
  },
  openSubscribers: (crowd) =>
    timed(async () => {
      talking.push(...(await open(crowd)));
    }),
  subscribe: ({ from, to, channel }) =>
    timed(() => subscribeAll(talking.slice(from, to), dialect, () => [channel])),
  subscribeToMany: ({ channels, perChannel }) =>
    timed(() => subscribeToMany(talking, dialect, channels, perChannel)),
  recover: ({ channel, since }) => timed(() => subscribeAtOnce(talking, dialect, channel, since)),
  fanOut: (given) => watched(() => runFanOut(talking, given)),
  close: async () => {
    for (const connection of [...idle, ...talking]) connection.close();
    idle = [];
    talking = [];
    if (lost) throw lost;
    return {};
  },
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { order, given } = JSON.parse(line) as { order: OrderName; given: never };
  obey[order](given).then(
    (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`),
    (error: Error) => process.stdout.write(`${JSON.stringify({ error: error.message })}\n`),
  );
});
lines.on('close', () => process.exit(0));
