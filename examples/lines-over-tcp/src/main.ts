/**
 * A server to try, with Node 22.18 or later: build, then run `node examples/lines-over-tcp/src/main.ts`. Connect with
 * `nc localhost 7000`, and send a line such as `ada:lovelace`.
 */
import { createServer } from 'node:net';
import { isSameSecret } from '@sallyport/auth';
import { accept, createSessions, refuse } from '@sallyport/core';
import { systemClock } from '@sallyport/listen';
import { attach } from './adapter.ts';

const passwords = new Map([['ada', 'lovelace']]);

export const sessions = createSessions({
  clock: systemClock,
  authenticate(credentials) {
    if (credentials.type !== 'password') return refuse();
    const password = passwords.get(credentials.username);
    // Not by `===`: its time depends on how much of the beginning is right.
    return password !== undefined && isSameSecret(credentials.password, password)
      ? accept(credentials.username)
      : refuse();
  },
});

export const server = createServer({ allowHalfOpen: true });
attach(server, sessions);
server.listen(Number(process.env['PORT'] ?? 7000), '127.0.0.1');
