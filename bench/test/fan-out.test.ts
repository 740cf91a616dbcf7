/** The servers of the part `fanout` do the same job: everyone who has subscribed gets every publication, once and in order. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fanOutContenders } from '../src/fan-out-contenders.ts';
import { Connection } from '../src/load/connection.ts';
import { dialects } from '../src/load/dialect.ts';
import { runFanOut } from '../src/load/fan-out-loop.ts';
import { subscribeAll, subscribeToMany } from '../src/load/subscribing.ts';
import { PinnedProcess } from '../src/pinned-process.ts';

const SERVERS = join(import.meta.dirname, '..', 'dist', 'servers');

const running: PinnedProcess[] = [];
const open: Connection[] = [];
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await Promise.all(running.splice(0).map((server) => server.end()));
});

interface Ports {
  readonly port: number;
  readonly publicationPort: number;
  readonly unavailable?: string;
}

/** Starts a server, and connects clients. Skips the test where this Node has no binary of its library. */
async function started(name: string, clients: number, skip: (note: string) => never) {
  const contender = fanOutContenders.find((candidate) => candidate.name === name);
  if (!contender) throw new Error(`there is no contender '${name}'`);
  const [script = ''] = contender.script;
  const server = new PinnedProcess(name, 0, [process.execPath, join(SERVERS, script)]);
  running.push(server);
  const { port, publicationPort, unavailable } = (await server.ask()) as Ports;
  if (unavailable !== undefined) skip(`${name} cannot run here: ${unavailable}`);
  const dialect = dialects[contender.dialect];
  while (open.length < clients) open.push(await Connection.open(port, dialect));
  return { server, dialect, publicationPort };
}

/** Orders publications of ten bytes. */
async function order(port: number, channel: string, ticks: number, perTick: number): Promise<void> {
  const door = connect({ port, host: '127.0.0.1' });
  await once(door, 'connect');
  door.end(`${JSON.stringify({ ticks, perTick, bytes: 10, channel })}\n`);
}

describe.each(fanOutContenders.map(({ name }) => name))('%s', (name) => {
  it('publishes to the subscribers of the channel, and to them only', async ({ skip }) => {
    const { dialect, publicationPort } = await started(name, 3, skip);
    await subscribeAll(open, dialect, (index) => [index === 2 ? 'other' : 'one']);
    await order(publicationPort, 'one', 2, 2);
    await order(publicationPort, 'other', 1, 1);
    const [first, second, third] = open as [Connection, Connection, Connection];
    for (const connection of [first, second])
      for (let got = 0; got < 4; got += 1) await connection.exchange({ expect: 'xxxxxxxxxx' });
    await third.exchange({ expect: '"other"' });
  });

  it('reaches the ten subscribers of each of many channels', async ({ skip }) => {
    const { dialect, publicationPort } = await started(name, 20, skip);
    await subscribeToMany(open, dialect, 6);
    const given = { port: publicationPort, audience: 20, reach: 10, channel: 6, bytes: 10, seconds: 0 };
    const { deliveries } = await runFanOut(open, { ...given, ticks: 3, perTick: 2 });
    expect(deliveries).toBe(60);
  });
});

describe('a run of fan-outs', () => {
  it('fails if a subscriber gets more than was published for it', async ({ skip }) => {
    const { dialect, publicationPort } = await started('ws by hand, one frame for all', 2, skip);
    await subscribeAll(open, dialect, () => ['one']);
    const given = { port: publicationPort, audience: 2, channel: 'one', bytes: 10, ticks: 1, perTick: 1 };
    await expect(runFanOut(open, { ...given, reach: 1, seconds: 20 })).rejects.toThrow(
      'a subscriber got more than was published',
    );
  });

  it('fails if the server closes a subscriber meanwhile', async ({ skip }) => {
    const { server, dialect, publicationPort } = await started('ws by hand, one frame for all', 1, skip);
    await subscribeAll(open, dialect, () => ['one']);
    const given = { port: publicationPort, audience: 1, channel: 'one', bytes: 10, ticks: 1, perTick: 1 };
    // The second delivery never comes.
    const run = runFanOut(open, { ...given, reach: 2, seconds: 60 });
    const failed = expect(run).rejects.toThrow(/closed a connection|ECONNRESET/);
    await server.end();
    await failed;
  });
});

it('a herd that comes back to our server gets what it missed with one read of the broker', async ({
  skip,
}) => {
  const { server, dialect } = await started('Sallyport channels on ws', 5, skip);
  const { channel, since } = (await server.ask('missed')) as { channel: string; since: object };
  const step = dialect.subscribe?.(channel, since);
  if (!step) throw new Error('no channels');
  await Promise.all(open.map((connection) => connection.exchange(step)));
  expect(await server.ask('reads')).toEqual({ reads: 1 });
});
