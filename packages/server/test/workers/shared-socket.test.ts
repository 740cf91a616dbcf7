/** Where the parent lets its workers listen: what it holds, and what it cannot. */
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSharedSocket } from '../../src/workers/shared-socket.ts';

async function listeningServer(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const ways = ['inherited', 'reusePort'] as const;

it.each(ways)('%s: port 0 is a free port', async (way) => {
  const socket = await openSharedSocket(way, '127.0.0.1', 0);
  expect(socket.port).toBeGreaterThan(0);
  if (way === 'inherited') expect(socket.fd).toBeGreaterThan(2);
  else expect(socket.fd).toBeUndefined();
});

it.each(ways)(
  '%s: a port in use, and an address that this machine does not have, are errors',
  async (way) => {
    await expect(openSharedSocket(way, '127.0.0.1', await listeningServer())).rejects.toMatchObject({
      name: 'ServeError',
      code: 'EADDRINUSE',
    });
    await expect(openSharedSocket(way, '203.0.113.1', 0)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  },
);

it('no other program can listen on a port that the parent holds, once a worker listens', async () => {
  const { port, fd } = await openSharedSocket('inherited', '127.0.0.1', 0);
  const worker = createServer();
  await new Promise<void>((resolve) => worker.listen({ fd }, resolve));
  onTestFinished(() => void worker.close());
  await expect(openSharedSocket('inherited', '127.0.0.1', port)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

it('makes a Unix socket, and removes its file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'socket');
  const socket = await openSharedSocket('inherited', `unix:${path}`, 0);
  expect(socket.port).toBe(0);
  expect(existsSync(path)).toBe(true);
  socket.close();
  expect(existsSync(path)).toBe(false);
  await expect(openSharedSocket('inherited', `unix:${folder}/none/socket`, 0)).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

it('takes an inherited socket, and nothing else for one', async () => {
  const file = openSync('/dev/null', 'r');
  await expect(openSharedSocket('inherited', `fd:${file}`, 0)).rejects.toMatchObject({ code: 'ENOTSOCK' });
  await expect(openSharedSocket('inherited', 'fd:99999', 0)).rejects.toMatchObject({ code: 'EBADF' });
});
