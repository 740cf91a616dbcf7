/**
 * A Hono app on Node whose users sign in by a cookie that Hono signs. The same cookie signs in their WebSockets.
 *
 * The last part is all that Sallyport needs. The rest is the app. To run it, with Node 22.18 or later: build, then run
 * `node examples/hono/src/server.ts`. Proven by: test/hono.test.ts.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { type Application, type Authenticator, accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { type Context, Hono } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { parseSigned } from 'hono/utils/cookie';

/** In your app: a database of hashed passwords. */
const users = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);
const secret = process.env['SESSION_SECRET'] ?? randomBytes(32).toString('hex');
/** The user of each cookie that has not been signed out. In your app: a table, or Redis. */
const signedIn = new Map<string, string>();

/** The id in the cookie of a request. Undefined if the cookie is missing or forged. */
const idOf = async (context: Context) => (await getSignedCookie(context, secret, 'session')) || undefined;

const app = new Hono();

app.get('/', async (context) => {
  const user = signedIn.get((await idOf(context)) ?? '');
  return context.text(user ? `hello ${user}\n` : 'please sign in\n');
});

app.post('/sign-in', async (context) => {
  const { username, password } = await context.req.json();
  if (typeof password !== 'string' || users.get(username) !== password) return context.body(null, 401);
  const id = randomUUID();
  signedIn.set(id, username);
  await setSignedCookie(context, 'session', id, secret, { httpOnly: true, sameSite: 'Lax' });
  return context.body(null, 204);
});

app.post('/sign-out', async (context) => {
  const id = (await idOf(context)) ?? '';
  const user = signedIn.get(id);
  // First the cookie, so that a client that connects again is refused. Then the WebSockets of the user.
  signedIn.delete(id);
  deleteCookie(context, 'session');
  if (user) sessions.revoke(user);
  return context.body(null, 204);
});

const application: Application = (message, { identity }) =>
  typeof message === 'string' ? `${identity?.user}: ${message}` : message;

// `serve` makes a server of HTTP/1 unless its options say otherwise.
export const server = serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) }) as Server;

// --- Sallyport

const authenticate: Authenticator = async (credentials) => {
  if (credentials.type !== 'cookie') return refuse();
  const cookie = `session=${encodeURIComponent(credentials.value)}`;
  const { session: id } = await parseSigned(cookie, secret, 'session');
  const user = id && signedIn.get(id);
  return user ? accept(user) : refuse();
};
export const sessions = createSessions({ clock: systemClock, authenticate, application });
attach(server, sessions, { path: '/chat', credentials: { cookie: 'session' } });
