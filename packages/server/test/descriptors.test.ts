/** S8: at the end of the files that a process may open, over both binaries: they go on, idle, and come back. */
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

/** A shell sets the limit, and the server takes its place. */
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

/** Connections on which nothing is ever said. */
function mute(port: number, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
  }
}

/** What part of a core the process has used in this time. */
async function share(pid: number, ms: number): Promise<number> {
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

async function comesIn(url: string): Promise<Client> {
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
    'S8: with mute connections past the files there are, it answers whoever is in, idles, and lets in again',
    async () => {
      const server = start(binary);
      const { url, port } = await server.listening();
      const within = await Client.signedIn(url);
      mute(port, 2 * FILES);
      await sleep(1_000);
      expect(await within.ask('hello')).toBe(`${ECHO}hello`);
      // At the limit a library that tries to accept takes a whole core.
      expect(await share(server.process.pid as number, 1_500)).toBeLessThan(0.5);
      expect(await within.ask('still there')).toBe(`${ECHO}still there`);
      for (const socket of sockets.splice(0)) socket.destroy();
      const late = await comesIn(url);
      expect(await late.ask('admin:123456')).toMatch(/^congratulation/);
    },
  );

  it.skipIf(binary.unusable)(
    'S8: sessions are refused with 503 while there are still files, and let in when one has gone',
    async () => {
      const server = start(binary, '--max-connections', '5');
      const { url, port } = await server.listening();
      const clients = await Promise.all(Array.from({ length: 5 }, () => Client.signedIn(url)));
      const sixth = new Client(url);
      const [, response] = await once(sixth.socket, 'unexpected-response');
      expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '10']);
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      clients[0]?.socket.close();
      expect(await (await comesIn(url)).ask('admin:123456')).toMatch(/^congratulation/);
    },
  );

  it.skipIf(binary.unusable)('S8: more connections than files are refused at the start', async () => {
    const { code, stderr } = await start(binary, '--max-connections', '60').ended;
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--max-connections 60 is too many: this process may open 64 files, .*ulimit -n/),
    ]);
  });
});
