/**
 * The client on the runtimes that npm brings: the running Node, and those in the folder `NPM_CLIENTS` (as `.ci/run` installs them:
 * Node 22, Deno, Bun). Each uses its own WebSocket. A runtime that is not there is skipped.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createSessions } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin } from './network.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-runtimes-'));
const program = join(folder, 'program.mjs');
const servers: Server[] = [];
let urls: string[] = [];

const clients = join(process.env['NPM_CLIENTS'] ?? folder, 'node_modules');
const { arch } = process;
const runtimes = [
  [
    `Node ${process.versions.node}`,
    process.execPath,
    // Node 20 has its WebSocket behind a flag.
    process.allowedNodeEnvironmentFlags.has('--experimental-websocket') ? ['--experimental-websocket'] : [],
  ],
  ['Node 22', join(clients, `node-linux-${arch}/bin/node`), []],
  ['Deno', join(clients, `@deno/linux-${arch}-glibc/deno`), ['run', '--allow-all', '--no-config']],
  ['Bun', join(clients, `@oven/bun-linux-${arch}-baseline/bin/bun`), ['run']],
] as const;

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('runtime/program.ts', import.meta.url)),
    resolve: { conditionNames: ['@sallyport/source', 'import', 'default'] },
    platform: 'neutral',
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  writeFileSync(program, output[0].code);

  const refusing = createServer();
  const refusingPort = await listen(refusing);
  await new Promise((resolve) => refusing.close(resolve));
  const plain = createServer((_, response) => response.writeHead(200).end('no WebSocket here'));
  const sockets = new Set<{ destroy(): void }>();
  const echoing = createServer().on('connection', (socket) => sockets.add(socket));
  attach(
    echoing,
    createSessions({
      authenticate: admin,
      clock: systemClock,
      application: (message) => {
        if (message === 'cut') for (const socket of sockets) socket.destroy();
        return message;
      },
    }),
  );
  urls = [refusingPort, await listen(plain), await listen(echoing)].map((port) => `ws://127.0.0.1:${port}`);
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const failures = [
  'waiting connectionLost',
  'connecting connectionLost',
  'waiting connectionLost',
  'connecting connectionLost',
  'waiting connectionLost',
];

describe.each(runtimes)('The client on %s', (_, executable, args) => {
  it.skipIf(!existsSync(executable))(
    'signs in, exchanges messages, closes, and learns of a failed attempt at once',
    async () => {
      const { stdout } = await promisify(execFile)(executable, [...args, program, ...urls], {
        // Each failed attempt would take 15 s if the client waited for an event that does not come.
        timeout: 60_000,
        env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' },
      });
      expect(JSON.parse(stdout)).toEqual({
        refused: failures,
        notWebSocket: failures,
        heard: ['text', 'half \uFFFD', [0, 255]],
        bufferedAmount: 'number',
        closed: 'clientLeft',
        cut: 'connectionLost',
      });
    },
  );
});
