/**
 * Attacks by plain HTTP without a sign-in, on both binaries: the memory that they take, and whether a signed-in client still
 * gets answers. The longest wait is printed beside that of an idle server.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSocket } from '@sallyport/conformance';
import { library } from '@sallyport/transport-quirks/transports';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mib } from './heap.ts';
import { start } from './server.ts';

const MOST = 16 * 2 ** 20;
/** How long each attack lasts. */
const WATCH_MS = 3_000;

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Sends echoes without a pause. For each input line it prints their number since the last one, and the longest wait. */
const BYSTANDER = `
  const [port, wsFile] = process.argv.slice(1);
  const { WebSocket } = require(wsFile);
  const socket = new WebSocket('ws://127.0.0.1:' + port);
  let [echoes, longestMs, askedAt, isIn] = [0, 0, 0, false];
  const ask = () => { askedAt = performance.now(); socket.send('x'); };
  socket.on('open', () => socket.send('admin:123456'));
  socket.on('message', () => {
    if (isIn) {
      echoes += 1;
      longestMs = Math.max(longestMs, performance.now() - askedAt);
      askedAt = Number.POSITIVE_INFINITY;
    } else console.log('{}');
    isIn = true;
    setTimeout(ask, 2);
  });
  process.stdin.on('data', () => {
    const waitMs = Math.max(longestMs, performance.now() - askedAt);
    console.log(JSON.stringify({ echoes, waitMs }));
    [echoes, longestMs] = [0, 0];
  });
`;
const wsFile = createRequire(new URL('../../packages/ws/package.json', import.meta.url)).resolve('ws');

interface Watched {
  readonly echoes: number;
  readonly waitMs: number;
}

/** In a process of its own, so that the work of this process does not count as a wait. */
async function startBystander(port: number): Promise<() => Promise<Watched>> {
  const child = spawn(process.execPath, ['-e', BYSTANDER, `${port}`, wsFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Watched> => JSON.parse((await lines.next()).value as string);
  await next();
  return () => {
    child.stdin.write('\n');
    return next();
  };
}

async function dial(port: number, count: number, isReading = false): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i += 1) {
    const socket = await openSocket({ port });
    socket.on('error', () => {});
    if (isReading) socket.resume();
    else socket.pause();
    sockets.push(socket);
  }
  return sockets;
}

const attacks: Readonly<Record<string, (port: number, script: string) => Promise<Socket[]>>> = {
  'A50: a client that requests the script of the page 400 times in one write and never reads does no harm':
    async (port, script) => {
      const sockets = await dial(port, 1);
      for (const socket of sockets) socket.write(get(script).repeat(400));
      return sockets;
    },
  'A50: 40 clients that request the script of the page 400 times in one write and never read do no harm':
    async (port, script) => {
      const sockets = await dial(port, 40);
      for (const socket of sockets) socket.write(get(script).repeat(400));
      return sockets;
    },
  'A50: ten clients that send 2 400 requests in one write and read the answers do no harm': async (port) => {
    const sockets = await dial(port, 10, true);
    for (const socket of sockets) socket.write(get('/x').repeat(2_400));
    return sockets;
  },
  'A51: 300 clients that send one request and never read do no harm': async (port, script) => {
    const sockets = await dial(port, 300);
    for (const socket of sockets) socket.write(get(script));
    return sockets;
  },
  'A52: 50 clients that send one request after the other and never read do no harm': async (port, script) => {
    const sockets = await dial(port, 50);
    for (let round = 0; round < 50; round += 1) {
      for (const socket of sockets) socket.write(get(script));
      await sleep(20);
    }
    return sockets;
  },
  'A46: 50 request bodies that arrive byte by byte do no harm': async (port) => {
    const sockets = await dial(port, 50, true);
    for (const socket of sockets)
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    for (let round = 0; round < 20; round += 1) {
      for (const socket of sockets) socket.write('x');
      await sleep(20);
    }
    return sockets;
  },
};

describe.skipIf(process.platform !== 'linux')('floods of plain HTTP', () => {
  for (const name of ['sallyport-ws', 'sallyport-uws'])
    for (const [what, attack] of Object.entries(attacks))
      it.skipIf(name === 'sallyport-uws' && !library)(`${what}, on ${name}`, async () => {
        const server = await start(name);
        const page = await (await fetch(`http://127.0.0.1:${server.port}/`)).text();
        const script = /page-[0-9a-f]+\.js/.exec(page)?.[0];
        expect(script).toBeDefined();
        const watch = await startBystander(server.port);
        await sleep(WATCH_MS);
        const quiet = await watch();
        let during = quiet;
        const rise = await server.rise(async () => {
          const sockets = await attack(server.port, `/${script}`);
          await sleep(WATCH_MS);
          during = await watch();
          for (const socket of sockets) socket.destroy();
        });
        console.log(
          `${what} on ${name}: ${mib(rise)}, longest wait ${during.waitMs.toFixed(0)} ms (quiet: ${quiet.waitMs.toFixed(0)} ms)`,
        );
        expect(rise).toBeLessThan(MOST);
        expect(during.echoes).toBeGreaterThan(0);
        // Much more than it takes, for a busy machine: without the limits it was 8 s.
        expect(during.waitMs).toBeLessThan(quiet.waitMs + 5_000);
      });
});
