/**
 * The WebSocket server on the second host: takes tickets of clients, and reports of sign-outs from the app.
 *
 * It has no users and no cookies. Proven by: test/ticket.test.ts.
 */
import type { Server } from 'node:http';
import { createSessions, type Sessions } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import type { Tickets } from './tickets.ts';

/** Adds the WebSockets to a server. `appOrigin` is the origin of the app's pages, which come from another host. */
export function addSockets(server: Server, tickets: Tickets, appOrigin: string): Sessions {
  const sessions = createSessions({
    clock: systemClock,
    authenticate: tickets.authenticate,
    application: (message, { identity }) =>
      typeof message === 'string' ? `${identity?.user}: ${message}` : message,
    origins: [appOrigin],
  });
  attach(server, sessions, { path: '/chat' });
  server.on('request', async ({ method, url, headers }, response) => {
    const report = method === 'POST' && url === '/sign-out' ? headers.authorization : undefined;
    const user = report && (await tickets.takeSignOut(report.replace(/^Bearer /i, '')));
    if (user) sessions.revoke(user);
    response.writeHead(user ? 204 : 404).end();
  });
  return sessions;
}
