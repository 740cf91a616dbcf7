/** S8: both binaries at their limit of open files: they keep serving, use little CPU, and recover. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type Binary, binaries, Running } from './binary.ts';
import { Client } from './client.ts';

const FILES = 64;
const ECHO = 'your submit context: ';

const servers: Running[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** A shell sets the limit and then replaces itself with the server. */
function start(binary: Binary, ...args: string[]): Running {
  const server = new Running(binary, ['--port', '0', ...args], {}, (command) => [
    'sh',
    '-c',
    `ulimit -n ${FILES} && exec "$0" "$@"`,
    ...command,
  ]);
  servers.push(server);
  return server;
}

/** Opens connections that never send anything. */
function openSilent(port: number, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
  }
}

/** The share of one core that the process uses during this time. */
async function cpuShare(pid: number, ms: number): Promise<number> {
  const before = ticks(pid);
  await sleep(ms);
  return ((ticks(pid) - before) * 10) / ms;
}

/** User and system time, in hundredths of a second (proc(5), fields 14 and 15). */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function connectEventually(url: string): Promise<Client> {
  for (;;) {
    const client = new Client(url);
    if (
      await Promise.race([
        client.opened.then(
          () => true,
          () => false,
        ),
        client.closed.then(() => false),
      ])
    )
      return client;
    await sleep(100);
  }
}

describe
  .skipIf(!existsSync('/proc/self/stat'))
  .each(binaries.map((binary) => [binary.name, binary] as const))('%s', (_name, binary) => {
  it.skipIf(binary.unusable)(
    'S8: with more silent connections than files, it answers signed-in clients, uses little CPU, and accepts clients afterwards',
    async () => {
      const server = start(binary);
      const { url, port } = await server.listening();
      const insider = await Client.signedIn(url);
      openSilent(port, 2 * FILES);
      await sleep(1_000);
      expect(await insider.ask('hello')).toBe(`${ECHO}hello`);
      // At the limit, a library that retries `accept` in a loop takes a whole core.
      expect(await cpuShare(server.process.pid as number, 1_500)).toBeLessThan(0.5);
      expect(await insider.ask('still there')).toBe(`${ECHO}still there`);
      for (const socket of sockets.splice(0)) socket.destroy();
      const late = await connectEventually(url);
      expect(await late.ask('admin:123456')).toMatch(/^congratulation/);
    },
  );

  it.skipIf(binary.unusable)(
    'S8: refuses sessions past --max-connections with 503, and accepts one when another has closed',
    async () => {
      const server = start(binary, '--max-connections', '5');
      const { url, port } = await server.listening();
      const clients = await Promise.all(Array.from({ length: 5 }, () => Client.signedIn(url)));
      const sixth = new Client(url);
      const [, response] = await once(sixth.socket, 'unexpected-response');
      expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '10']);
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      clients[0]?.socket.close();
      expect(await (await connectEventually(url)).ask('admin:123456')).toMatch(/^congratulation/);
    },
  );

  it.skipIf(binary.unusable)(
    'S8: does not start with --max-connections above the number of files',
    async () => {
      const { code, stderr } = await start(binary, '--max-connections', '60').ended;
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          /--max-connections 60 is too high: this process may open 64 files, .*ulimit -n/,
        ),
      ]);
    },
  );
});
