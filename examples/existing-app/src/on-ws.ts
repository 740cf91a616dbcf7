import { createServer } from 'node:http';
import { isSameSecret } from '@sallyport/auth';
import { accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';

const passwords = new Map([['ada', 'lovelace']]);

export const sessions = createSessions({
  clock: systemClock,
  authenticate(given) {
    if (given.type !== 'password') return refuse();
    const right = passwords.get(given.username);
    // Not by ===, which takes longer the more of the beginning is right.
    return right !== undefined && isSameSecret(given.password, right) ? accept(given.username) : refuse();
  },
  // Text is a string; bytes go back as they came.
  application: (message, session) =>
    typeof message === 'string' ? `${session.identity?.user} says ${message}` : message,
});

export const server = createServer((_request, response) => response.end('the app that was there\n'));
attach(server, sessions, { path: '/chat' });
server.listen(Number(process.env['PORT'] ?? 3000));
