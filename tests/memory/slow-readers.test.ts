/** Small messages that wait for slow readers cost little more than their own size, whatever other connections send meanwhile. */

import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Client, connect, recordSessions } from '@sallyport/conformance';
import { cert, key } from '@sallyport/conformance/serving';
import { attach, systemClock } from '@sallyport/ws';
import { expect, it, onTestFinished } from 'vitest';
import { heapInUse, mib } from './heap.ts';

const MIB = 2 ** 20;
const READERS = 12;
const MESSAGES = 12_000;

async function serve(server: Server | SecureServer, ca?: string) {
  const { sessions, opened } = recordSessions(systemClock);
  attach(server, sessions);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    async open(): Promise<Client> {
      const client = await connect(ca === undefined ? { port } : { port, ca });
      onTestFinished(() => void client.socket.destroy());
      return client;
    },
    opened,
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const inUse = async () => (await heapInUse()) + process.memoryUsage().external;

it(`${MESSAGES} small messages that wait for slow readers take at most 10 MiB, on ws`, async () => {
  const plain = await serve(createServer());
  const secure = await serve(createSecureServer({ key, cert }), cert);
  for (let i = 0; i < READERS; i += 1) {
    (await plain.open()).socket.pause();
    const { connection } = plain.opened[i] as (typeof plain.opened)[number];
    for (let sent = 0; connection.bufferedAmount === 0 && sent < 100; sent += 1) {
      connection.send('f'.repeat(MIB / 4));
      await turn();
    }
    expect(connection.bufferedAmount).toBeGreaterThan(0);
  }
  // Writes over TLS never end at once. So the bytes of this client lie between those of the slow readers.
  const busy = await secure.open();
  busy.socket.removeAllListeners('data').resume();
  const other = secure.opened[0]?.connection;
  const before = await inUse();
  for (let i = 0; i < MESSAGES; i += 1) {
    const reader = plain.opened[i % READERS]?.connection;
    expect(reader?.send(`a small message, number ${i}`)).toBe('buffered');
    other?.send('o'.repeat(3_000));
    await turn();
  }
  const rise = (await inUse()) - before;
  console.log(`${MESSAGES} small messages to slow readers: ${mib(rise)}`);
  expect(rise).toBeLessThan(10 * MIB);
});
