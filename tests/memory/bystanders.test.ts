/**
 * How long a signed-in client waits for an answer during attacks, on both binaries. The times are printed for a reader,
 * because no test depends on the speed of a machine. The tests prove that every answer comes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@sallyport/auth';
import { type Client, connect, frame, handshake } from '@sallyport/conformance';
import { canary } from '@sallyport/core/testing/canary';
import { library } from '@sallyport/transport-quirks/transports';
import { expect, it, onTestFinished } from 'vitest';
import { start } from './server.ts';

const RIGHT = `ada:${canary.password}`;
const ECHOES = 100;

/** An attack, which lasts while `isOn`. */
type Attack = (port: number, isOn: () => boolean) => Promise<unknown>;

const attacks: Readonly<Record<string, Attack>> = {
  'an idle server': async () => {},
  '500 silent clients': async (port) => {
    for (let i = 0; i < 500; i += 1) await handshake({ port });
  },
  '200 wrong passwords at once': (port) =>
    Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const { client } = await handshake({ port });
        client?.text(`user${i}:wrong`);
        await Promise.race([client?.ended, client?.next().catch(() => undefined)]);
      }),
    ),
  'a client that sends and never reads': async (port, isOn) => {
    while (isOn()) {
      const client = await enter(port);
      client.socket.pause();
      for (let i = 0; i < 200 && client.socket.writable; i += 1) {
        client.socket.write(frame(2, Buffer.alloc(65_000)));
        await new Promise((resolve) => setImmediate(resolve));
      }
      client.socket.destroy();
    }
  },
  'ten clients that send 10 000 messages a second each': async (port, isOn) => {
    const flooders = await Promise.all(Array.from({ length: 10 }, () => enter(port)));
    const flood = Buffer.concat(Array.from({ length: 100 }, () => frame(1, 'x'.repeat(50))));
    // Reads and discards, so that the attackers are not slow readers.
    for (const { socket } of flooders) socket.removeAllListeners('data').resume();
    while (isOn()) {
      for (const { socket } of flooders) if (socket.writableLength === 0) socket.write(flood);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const { socket } of flooders) socket.destroy();
  },
};

async function enter(port: number): Promise<Client> {
  const client = await connect({ port });
  expect(await client.ask(RIGHT)).toMatch(/^congratulation/);
  return client;
}

for (const name of ['sallyport-ws', 'sallyport-uws'])
  it.skipIf(name === 'sallyport-uws' && !library)(
    `A35, A41, A42: a signed-in client gets every answer during attacks, on ${name}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, 'users');
      await users(file).add('ada', canary.password);
      for (const [what, attack] of Object.entries(attacks)) {
        const { port } = await start(name, ['--users', file]);
        const insider = await enter(port);
        let isOn = true;
        const attacked = attack(port, () => isOn);
        const times: number[] = [];
        for (let i = 0; i < ECHOES; i += 1) {
          const began = performance.now();
          expect(await insider.ask(`${i}`)).toBe(`your submit context: ${i}`);
          times.push(performance.now() - began);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        isOn = false;
        await attacked;
        // The owner of the account signs in too.
        await enter(port);
        times.sort((a, b) => a - b);
        const at = (share: number) => `${times[Math.floor(share * (ECHOES - 1))]?.toFixed(1)} ms`;
        console.log(
          `${name}, with ${what}: an echo in ${at(0.5)}, 99 % within ${at(0.99)}, all within ${at(1)}`,
        );
      }
    },
  );
