/**
 * A server of one's own: it serves the page, and the sessions of the page under `/session`.
 *
 * Proven by: tests/browser/example-plain-page.test.ts.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSameSecret } from '@sallyport/auth';
import { accept, createSessions, RequestError, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';

const passwords = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);

const sessions = createSessions({
  clock: systemClock,
  authenticate(credentials) {
    if (credentials.type !== 'password') return refuse();
    const password = passwords.get(credentials.username);
    return password !== undefined && isSameSecret(credentials.password, password)
      ? accept(credentials.username)
      : refuse();
  },
  /** Each text goes to all users, also to the one that sent it. */
  application(message, { identity }) {
    if (typeof message !== 'string') throw new RequestError('invalidMessage', 'Only text');
    for (const session of sessions) session.send(`${identity?.user}: ${message}`);
  },
  requests({ method }): string[] {
    if (method !== 'users') throw new RequestError('methodNotFound');
    const users = [...sessions].flatMap(({ identity }) => identity?.user ?? []);
    return [...new Set(users)].toSorted();
  },
});

const root = new URL('..', import.meta.url);
const files = new Map([
  ['/', { path: 'page/index.html', type: 'text/html; charset=utf-8' }],
  ['/main.js', { path: 'dist/main.js', type: 'text/javascript; charset=utf-8' }],
]);

const server = createServer(({ url = '' }, response) => {
  const file = files.get(url);
  if (!file) {
    response.writeHead(404).end('not found\n');
    return;
  }
  response.setHeader('content-type', file.type);
  // The page needs nothing from elsewhere, so nothing from elsewhere runs in it.
  response.setHeader(
    'content-security-policy',
    "default-src 'self'; style-src 'unsafe-inline'; img-src data:",
  );
  response.end(readFileSync(new URL(file.path, root)));
});
attach(server, sessions, { path: '/session' });
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

/** Answers what has arrived, asks the clients to connect again, and ends. */
process.once('SIGTERM', async () => {
  server.close();
  await sessions.drain();
  // Browsers also open connections ahead, without a request. Node waits for them, and takes them for busy.
  server.closeAllConnections();
});
