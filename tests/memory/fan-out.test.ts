/** One channel with very many subscribers, over real sockets on both binaries: each gets everything, and a burst takes little memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, connect } from '@sallyport/conformance';
import { library } from '@sallyport/transport-quirks/transports';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { subscribers as count } from './amounts.ts';
import { mib } from './heap.ts';
import { start } from './server.ts';

const AT_ONCE = 16;
/** Publications that are under way at once: fewer than the limit on requests of a session. */
const WAVE = 10;
const WAVES = 5;
const BYTES = 1_000;
/** The burst is some 80 MiB in all. */
const MOST = 40 * 2 ** 20;

const built = (name: string) => new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const app = join(folder, 'app.mjs');
writeFileSync(
  app,
  `import { allow, createChannels } from '${built('channels')}';
  import { systemClock } from '${built('ws')}';
  export const channels = createChannels({ authorize: () => allow(), clock: systemClock, random: Math.random });`,
);

async function subscriberOf(port: number): Promise<Client> {
  const client = await connect({ port }, { headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1' } });
  onTestFinished(() => void client.socket.destroy());
  client.answersPings = true;
  await client.ask('{"type":"authenticate","username":"admin","password":"123456"}');
  client.text('{"type":"subscribe","id":1,"channel":"room"}');
  await next(client, 'subscribed');
  return client;
}

async function enterAll(port: number): Promise<readonly Client[]> {
  const all: Client[] = [];
  let left = count;
  const opener = async () => {
    for (; left > 0; all.push(await subscriberOf(port))) left -= 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, opener));
  return all;
}

/** The next message of this type. */
async function next(client: Client, type: string): Promise<{ readonly offset: number }> {
  for (;;) {
    const message = JSON.parse(await client.nextText());
    if (message.type === type) return message;
  }
}

/** Expects the publications after an offset, in order. */
async function expectNext(client: Client, after: number, amount: number): Promise<void> {
  for (let offset = after + 1; offset <= after + amount; offset += 1)
    expect((await next(client, 'publication')).offset).toBe(offset);
}

describe.skipIf(process.platform !== 'linux')('the fan-out of a server with channels', () => {
  for (const name of ['sallyport-ws', 'sallyport-uws'])
    it.skipIf(name === 'sallyport-uws' && !library)(
      `${count} subscribers get every publication of a burst, in order and in little memory, on ${name}`,
      async () => {
        const server = await start(name, ['--app', app]);
        const all = await enterAll(server.port);
        const [publisher, ...others] = all as readonly [Client, ...Client[]];
        const data = 'x'.repeat(BYTES);
        const burst = async (from: number) => {
          for (let wave = 0; wave < WAVES; wave += 1) {
            for (let id = 2; id < WAVE + 2; id += 1)
              publisher.text(JSON.stringify({ type: 'publish', id, channel: 'room', data }));
            // The publisher subscribes too. Its answers come among the publications.
            await expectNext(publisher, from + wave * WAVE, WAVE);
          }
          for (const client of others) await expectNext(client, from, WAVES * WAVE);
        };
        // The first fills what is bounded, such as the buffers of the library.
        await burst(0);
        const rise = await server.rise(() => burst(WAVES * WAVE));
        console.log(`${WAVES * WAVE} publications to ${all.length} subscribers on ${name}: ${mib(rise)}`);
        expect(rise).toBeLessThan(MOST);
      },
    );
});
