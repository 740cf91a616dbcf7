/** The file of a Unix socket. */
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { adoptUnixSocket, clearUnixSocket } from '../src/unix-socket.ts';

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'x.sock');
}

async function listenOn(path: string): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return server;
}

it('clearUnixSocket() accepts a path that does not exist', async () => {
  await clearUnixSocket(newPath());
});

it.each([
  ['a socket in use', 'EADDRINUSE', 'another process listens there', (path: string) => listenOn(path)],
  ['a file', 'EADDRINUSE', 'the file exists and is not a socket', (path: string) => writeFileSync(path, '')],
])('clearUnixSocket() does not remove %s', async (_, code, message, make) => {
  const path = newPath();
  await make(path);
  await expect(clearUnixSocket(path)).rejects.toMatchObject({
    code,
    message: `cannot listen on unix:${path}: ${message}`,
  });
  expect(existsSync(path)).toBe(true);
});

it.each([
  ['/no/such/folder/x.sock', 'ENOENT', 'the folder does not exist'],
  ['/dev/null/x.sock', 'ENOTDIR', 'ENOTDIR'],
])('clearUnixSocket() says why %s cannot be used', async (path, code, message) => {
  await expect(clearUnixSocket(path)).rejects.toMatchObject({
    name: 'ServeError',
    code,
    message: `cannot listen on unix:${path}: ${message}`,
  });
});

it('a Unix socket admits its owner and group, and is removed once at the end', async () => {
  const path = newPath();
  await listenOn(path);
  const remove = adoptUnixSocket(path);
  expect(statSync(path).mode & 0o777).toBe(0o660);
  remove();
  expect(existsSync(path)).toBe(false);
  remove();
});

it('closing a server does not remove the socket of a later server', async () => {
  const path = newPath();
  await listenOn(path);
  const remove = adoptUnixSocket(path);
  // Moved and not deleted, so that the later socket gets another inode.
  renameSync(path, `${path}.old`);
  await listenOn(path);
  remove();
  expect(existsSync(path)).toBe(true);
});
