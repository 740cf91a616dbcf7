/**
 * A Fastify app whose users sign in to their session of `@fastify/session`. The same cookie signs in their WebSockets.
 *
 * The last part is all that Sallyport needs. The rest is the app. To run it, with Node 22.18 or later: build, then run
 * `node examples/fastify/src/server.ts`. Proven by: test/fastify.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import cookie from '@fastify/cookie';
import session from '@fastify/session';
import { type Application, type Authenticator, accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import fastify, { type FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface Session {
    user?: string;
  }
}

/** In your app: a database of hashed passwords. */
const users = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);

export const app = fastify();
await app.register(cookie);
await app.register(session, {
  secret: process.env['SESSION_SECRET'] ?? randomBytes(32).toString('hex'),
  saveUninitialized: false,
  // `secure: true` behind TLS.
  cookie: { sameSite: 'lax', secure: false },
});

app.get('/', (request) => (request.session.user ? `hello ${request.session.user}\n` : 'please sign in\n'));

app.post<{ Body: { username: string; password: string } }>('/sign-in', async (request, reply) => {
  const { username, password } = request.body;
  if (users.get(username) !== password) return reply.code(401).send();
  // A new id: an attacker may know the one that the browser had before.
  await request.session.regenerate();
  request.session.user = username;
  return reply.code(204).send();
});

app.post('/sign-out', async (request, reply) => {
  const { user } = request.session;
  // First the cookie, so that a client that connects again is refused. Then the WebSockets of the user.
  await request.session.destroy();
  if (user) sessions.revoke(user);
  return reply.code(204).send();
});

const application: Application = (message, { identity }) =>
  typeof message === 'string' ? `${identity?.user}: ${message}` : message;

// --- Sallyport

const authenticate: Authenticator = async (credentials) => {
  if (credentials.type !== 'cookie') return refuse();
  const request = {} as FastifyRequest;
  await promisify(app.decryptSession.bind(app))(credentials.value, request);
  return request.session.user ? accept(request.session.user) : refuse();
};
export const sessions = createSessions({ clock: systemClock, authenticate, application });
attach(app.server, sessions, { path: '/chat', credentials: { cookie: 'sessionId' } });

await app.listen({ port: Number(process.env['PORT'] ?? 3000) });
