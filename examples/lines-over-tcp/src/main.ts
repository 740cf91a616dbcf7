/**
 * Something to start, with Node 22.18 or later: `node examples/lines-over-tcp/src/main.ts`, once all is built. Then
 * `nc localhost 7000`, and a line such as `ada:lovelace`.
 */
import { createServer } from 'node:net';
import { isSameSecret } from '@sallyport/auth';
import { accept, createSessions, refuse } from '@sallyport/core';
import { systemClock } from '@sallyport/listen';
import { attach } from './adapter.ts';

const passwords = new Map([['ada', 'lovelace']]);

export const sessions = createSessions({
  clock: systemClock,
  authenticate(given) {
    if (given.type !== 'password') return refuse();
    const right = passwords.get(given.username);
    // Not by ===, which takes longer the more of the beginning is right.
    return right !== undefined && isSameSecret(given.password, right) ? accept(given.username) : refuse();
  },
});

export const server = createServer({ allowHalfOpen: true });
attach(server, sessions);
server.listen(Number(process.env['PORT'] ?? 7000), '127.0.0.1');
