import { createServer } from 'node:http';
import { accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';

const passwords = new Map([['ada', 'lovelace']]);

export const sessions = createSessions({
  clock: systemClock,
  authenticate: (given) =>
    given.type === 'password' && passwords.get(given.username) === given.password
      ? accept(given.username)
      : refuse(),
  application: (message, session) => `${session.identity?.user} says ${message}`,
});

export const server = createServer((_request, response) => response.end('the app that was there\n'));
attach(server, sessions, { path: '/chat' });
server.listen(Number(process.env['PORT'] ?? 3000));
