/**
 * The file of a Unix socket: removes a stale one before listening, sets its permissions, and removes it at the end.
 *
 * Libraries differ here. Node fails with EADDRINUSE at a stale file; uWebSockets.js removes any file, even that of a running
 * server, and never removes its own. Proven by: test/unix-socket.test.ts, and the adapters' stories of listening.
 */
import { chmodSync, lstatSync, type Stats, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { hostError, ServeError } from './serve-error.ts';

/** The owner and the group may connect. */
const MODE = 0o660;

/** Removes a socket file that no process listens on. Rejects with a `ServeError` if the path is in use. */
export async function clearUnixSocket(path: string): Promise<void> {
  try {
    await clear(path);
  } catch (cause) {
    throw hostError(cause, `unix:${path}`);
  }
}

async function clear(path: string): Promise<void> {
  // Node reports a missing folder as EACCES.
  lstatSync(dirname(path));
  const stats = statsOf(path);
  if (!stats) return;
  if (!stats.isSocket())
    throw new ServeError('EADDRINUSE', `cannot listen on unix:${path}: the file exists and is not a socket`);
  if (!(await isStale(path)))
    throw new ServeError('EADDRINUSE', `cannot listen on unix:${path}: another process listens there`);
  unlinkSync(path);
}

/** Sets the permissions of the socket file. Returns a function that removes this file, and no later one of the same name. */
export function adoptUnixSocket(path: string): () => void {
  chmodSync(path, MODE);
  const { ino, dev } = lstatSync(path);
  return () => {
    const now = statsOf(path);
    if (now?.ino === ino && now.dev === dev) unlinkSync(path);
  };
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Only a refused connection proves that no process listens; a lack of permission does not. */
function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(false));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED'));
  });
}
