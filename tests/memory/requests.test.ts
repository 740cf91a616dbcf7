/** One client cannot make a server hold much memory with requests, and another client gets its answers meanwhile, on both binaries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, connect, frame } from '@sallyport/conformance';
import { library } from '@sallyport/transport-quirks/transports';
import { afterAll, describe, expect, it } from 'vitest';
import { flood, many } from './flood.ts';
import { mib } from './heap.ts';
import { type Server, start } from './server.ts';

/** Room for all data of the clients, and for the heap's growth for other reasons. */
const MOST = 32 * 2 ** 20;
/** Places for requests in one session. */
const PLACES = 16;

const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const app = join(folder, 'app.mjs');
writeFileSync(
  app,
  `export const requests = ({ method, params }) => {
    if (method === 'never') return new Promise(() => {});
    return method === 'big' ? 'x'.repeat(200_000) : String(params).length;
  };`,
);

const asked = (id: number, method: string, params: unknown = null) =>
  JSON.stringify({ type: 'request', id, method, params });

async function enter(port: number): Promise<Client> {
  const client = await connect({ port }, { headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1' } });
  await client.ask('{"type":"authenticate","username":"admin","password":"123456"}');
  return client;
}

/** The next answer to a request. The server sends heartbeats in between. */
async function nextAnswer(
  client: Client,
): Promise<{ id: number; error?: { code: string }; result?: unknown }> {
  for (;;) {
    const message = JSON.parse(await client.nextText());
    if (message.type === 'response') return message;
  }
}

async function isServed(client: Client, id: number): Promise<void> {
  client.text(asked(id, 'length', 'hello'));
  expect(await nextAnswer(client)).toEqual({ type: 'response', id, result: 5 });
}

describe.skipIf(process.platform !== 'linux')('the memory of a server with requests', () => {
  for (const name of ['sallyport-ws', 'sallyport-uws']) {
    const flooded = (what: string, act: (server: Server, bystander: Client) => Promise<unknown>) =>
      it.skipIf(name === 'sallyport-uws' && !library)(`${what}, on ${name}`, async () => {
        const server = await start(name, ['--app', app]);
        const bystander = await enter(server.port);
        // Warm-up: code and buffers that every client causes do not count.
        for (let id = 1; id <= 200; id += 1) await isServed(bystander, id);
        const rise = await server.rise(() => act(server, bystander));
        console.log(`${what} on ${name}: ${mib(rise)}`);
        expect(rise).toBeLessThan(MOST);
        await isServed(bystander, 1_000);
      });

    flooded('E33: handlers that never settle take 16 places of each session', async ({ port }, bystander) => {
      for (let i = 0; i < 50; i += 1) {
        const client = await enter(port);
        const ids = Array.from({ length: 100 }, (_, index) => index + 1);
        for (const id of ids) client.text(asked(id, 'never'));
        for (const id of ids.slice(PLACES))
          expect(await nextAnswer(client)).toMatchObject({ id, error: { code: 'tooManyRequests' } });
        await isServed(bystander, 300 + i);
      }
    });

    flooded(
      'E34: a client that asks and never reads is cut, and holds little until then',
      async ({ port }, bystander) => {
        const client = await enter(port);
        client.socket.pause();
        const attack = flood(client, many(frame(1, asked(1, 'big')), 100));
        for (let id = 300; id < 320; id += 1) await isServed(bystander, id);
        await attack;
        client.socket.destroy();
      },
    );

    flooded(
      'E34: huge parameters take little memory, and too large ones end the session',
      async ({ port }, bystander) => {
        const client = await enter(port);
        // Reads and discards, so that the attacker is not a slow reader.
        client.socket.removeAllListeners('data').resume();
        const attack = flood(client, frame(1, asked(1, 'length', 'x'.repeat(65_000))));
        for (let id = 300; id < 320; id += 1) await isServed(bystander, id);
        await attack;
        client.socket.destroy();
        const greedy = await enter(port);
        greedy.text(asked(1, 'length', 'x'.repeat(70_000)));
        expect(await greedy.ended).toMatchObject({ code: 1009 });
      },
    );
  }
});
