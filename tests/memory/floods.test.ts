/** One client cannot make a server hold much memory, with any input, on both binaries. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { users } from '@sallyport/auth';
import { type Client, connect, frame } from '@sallyport/conformance';
import { canary } from '@sallyport/core/testing/canary';
import { library } from '@sallyport/transport-quirks/transports';
import { describe, expect, it, onTestFinished } from 'vitest';
import { flood, many } from './flood.ts';
import { mib } from './heap.ts';
import { type Server, start } from './server.ts';

const MIB = 2 ** 20;
/** Room for all data of one client, and for the heap's growth for other reasons. */
const MOST = 16 * MIB;

const echoes = async (client: Client) => expect(await client.ask('still here?')).toContain('still here?');

async function enter(port: number): Promise<Client> {
  const client = await connect({ port });
  await client.ask('admin:123456');
  return client;
}

describe.skipIf(process.platform !== 'linux')('the memory of a flooded server', () => {
  for (const name of ['sallyport-ws', 'sallyport-uws']) {
    const flooded = (
      what: string,
      act: (server: Server, bystander: Client) => Promise<unknown>,
      most = MOST,
    ) =>
      it.skipIf(name === 'sallyport-uws' && !library)(`${what}, on ${name}`, async () => {
        const server = await start(name);
        const bystander = await enter(server.port);
        // Warm-up: code and buffers that every client causes do not count.
        for (let i = 0; i < 200; i += 1) await echoes(bystander);
        const rise = await server.rise(() => act(server, bystander));
        console.log(`${what.slice(0, what.indexOf(':'))} on ${name}: ${mib(rise)}`);
        expect(rise).toBeLessThan(most);
        await echoes(bystander);
      });

    flooded(
      'A1: 400 silent clients take less than 70 KiB each',
      async ({ port }) => {
        for (let i = 0; i < 400; i += 1) await connect({ port });
      },
      400 * 70 * 1_024,
    );

    flooded('A6: frames with a declared length of 1 GiB take no memory', async ({ port }) => {
      for (let i = 0; i < 50; i += 1) {
        const client = await connect({ port });
        client.frame(1, 'x', { length: 2 ** 30 });
        await client.ended;
      }
    });

    flooded(
      'E1: a client that sends and never reads is cut, and holds little until then',
      async ({ port }) => {
        const client = await enter(port);
        client.socket.pause();
        await flood(client, frame(2, Buffer.alloc(65_000)));
        client.socket.destroy();
      },
    );

    flooded('E5: endless empty fragments take no memory', async ({ port }) => {
      const client = await enter(port);
      client.frame(1, 'x', { isFinal: false });
      await flood(client, many(frame(0, '', { isFinal: false }), 10_000));
      client.socket.destroy();
    });

    flooded('E6: endless pings from a client that reads no pong take little memory', async ({ port }) => {
      const client = await enter(port);
      client.socket.pause();
      await flood(client, many(frame(9, 'x'.repeat(125)), 500));
      client.socket.destroy();
    });

    it.skipIf(name === 'sallyport-uws' && !library)(
      `A42: 200 sign-ins at once take the memory of as many hashes as there are cores, on ${name}`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
        onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
        const file = join(folder, 'users');
        await users(file).add('ada', canary.password);
        const server = await start(name, ['--users', file]);
        const signIn = async (credentials: string) => {
          const client = await connect({ port: server.port });
          client.text(credentials);
          await Promise.race([client.ended, client.next().catch(() => undefined)]);
        };
        await signIn(`ada:${canary.password}`);
        const rise = await server.rise(() =>
          Promise.all(Array.from({ length: 200 }, (_, i) => signIn(`user${i}:wrong`))),
        );
        console.log(`A42 on ${name}: ${mib(rise)}`);
        // 19 MiB each (OWASP, Password Storage).
        expect(rise).toBeLessThan(MOST + availableParallelism() * 20 * MIB);
      },
    );
  }
});
