import { createServer } from 'node:http';
import { isSameSecret } from '@sallyport/auth';
import { accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';

const passwords = new Map([['ada', 'lovelace']]);

export const sessions = createSessions({
  clock: systemClock,
  authenticate(credentials) {
    if (credentials.type !== 'password') return refuse();
    const password = passwords.get(credentials.username);
    // Do not use `===`: its time shows how many characters are right.
    return password !== undefined && isSameSecret(credentials.password, password)
      ? accept(credentials.username)
      : refuse();
  },
  // Text is a string, and a binary message is bytes.
  application: (message, session) =>
    typeof message === 'string' ? `${session.identity?.user} says ${message}` : message,
});

export const server = createServer((_request, response) => response.end('the app that was there\n'));
attach(server, sessions, { path: '/chat' });
server.listen(Number(process.env['PORT'] ?? 3000));
