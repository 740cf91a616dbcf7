/** One client cannot make a server hold much memory with channels, and another client is served meanwhile, on both binaries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, connect, frame } from '@sallyport/conformance';
import { library } from '@sallyport/transport-quirks/transports';
import { afterAll, describe, expect, it } from 'vitest';
import { flood } from './flood.ts';
import { mib } from './heap.ts';
import { type Server, start } from './server.ts';

/** Room for the heap's growth for other reasons. One attack with publications sends 85 MiB. */
const MOST = 64 * 2 ** 20;

const built = (name: string) => new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const app = join(folder, 'app.mjs');
writeFileSync(
  app,
  `import { allow, createChannels, createMemoryBroker } from '${built('channels')}';
  import { systemClock } from '${built('ws')}';
  const ports = { clock: systemClock, random: Math.random };
  export const channels = createChannels({
    ...ports,
    authorize: () => allow(),
    broker: createMemoryBroker({ ...ports, historyBytes: 8 * 2 ** 20 }),
    limits: { recentBytes: 4 * 2 ** 20 },
    namespaces: { '*': { historySize: 10_000 } },
  });`,
);

async function enter(port: number): Promise<Client> {
  const client = await connect({ port }, { headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1' } });
  await client.ask('{"type":"authenticate","username":"admin","password":"123456"}');
  return client;
}

/** The next message with this id. */
async function answerTo(client: Client, id: number) {
  for (;;) {
    const message = JSON.parse(await client.nextText());
    if (message.id === id) return message;
  }
}

let last = 0;
async function asked(client: Client, operation: object) {
  last += 1;
  client.text(JSON.stringify({ id: last, ...operation }));
  return answerTo(client, last);
}

/** A bystander subscribes, publishes, and gets its publication. */
async function isServed(client: Client): Promise<void> {
  const channel = 'bystanders';
  expect(await asked(client, { type: 'presence', channel })).toMatchObject({ type: 'presence', count: 1 });
  expect(await asked(client, { type: 'publish', channel, data: 'hello' })).toMatchObject({
    type: 'published',
  });
}

describe.skipIf(process.platform !== 'linux')('the memory of a server with channels', () => {
  for (const name of ['sallyport-ws', 'sallyport-uws']) {
    const flooded = (what: string, act: (server: Server, bystander: Client) => Promise<unknown>) =>
      it.skipIf(name === 'sallyport-uws' && !library)(`${what}, on ${name}`, async () => {
        const server = await start(name, ['--app', app]);
        const bystander = await enter(server.port);
        await asked(bystander, { type: 'subscribe', channel: 'bystanders' });
        // Warm-up: a first attack fills what is bounded, and the heap with what is garbage. A second one must not add as much.
        await act(server, bystander);
        const rise = await server.rise(() => act(server, bystander));
        console.log(`${what} on ${name}: ${mib(rise)}`);
        expect(rise).toBeLessThan(MOST);
        await isServed(bystander);
      });

    flooded('E38: a flood of subscribe and unsubscribe takes little memory', async ({ port }, bystander) => {
      const client = await enter(port);
      client.socket.removeAllListeners('data').resume();
      const rounds = Array.from({ length: 200 }, (_, index) => {
        const channel = `room:${index}`;
        return Buffer.concat([
          frame(1, JSON.stringify({ type: 'subscribe', id: 2 * index + 1, channel })),
          frame(1, JSON.stringify({ type: 'unsubscribe', id: 2 * index + 2, channel })),
        ]);
      });
      const attack = flood(client, Buffer.concat(rounds));
      for (let count = 0; count < 20; count += 1) await isServed(bystander);
      await attack;
      client.socket.destroy();
    });

    flooded(
      'E39: huge publications in many channels, and their history, take little memory',
      async ({ port }, bystander) => {
        const client = await enter(port);
        const data = 'x'.repeat(60_000);
        for (let index = 0; index < 1_500; index += 1)
          expect(await asked(client, { type: 'publish', channel: `bomb:${index % 40}`, data })).toMatchObject(
            { type: 'published' },
          );
        for (let index = 0; index < 40; index += 1) {
          const { publications } = await asked(client, {
            type: 'subscribe',
            channel: `bomb:${index}`,
            history: 10_000,
          });
          expect(publications.length).toBeLessThanOrEqual(4);
        }
        await isServed(bystander);
        client.socket.destroy();
      },
    );

    flooded(
      'E45: a subscriber that never reads is cut, and holds little until then',
      async ({ port }, bystander) => {
        const slow = await enter(port);
        await asked(slow, { type: 'subscribe', channel: 'busy' });
        slow.socket.pause();
        const data = 'x'.repeat(60_000);
        for (let count = 0; count < 1_500; count += 1) {
          await asked(bystander, { type: 'publish', channel: 'busy', data });
          if (count % 100 === 0) await isServed(bystander);
        }
        // The server has cut the slow one: its user is not in the channel any more after the grace.
        slow.socket.destroy();
      },
    );
  }
});
