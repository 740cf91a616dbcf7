/**
 * An Express app whose users sign in to their session of `express-session`. The same cookie signs in their WebSockets.
 *
 * The last part is all that Sallyport needs. The rest is the app. To run it, with Node 22.18 or later: build, then run
 * `node examples/express/src/server.ts`. Proven by: test/express.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type Application, type Authenticator, accept, createSessions, refuse } from '@sallyport/core';
import { attach, type RequestView, systemClock } from '@sallyport/ws';
import { unsign } from 'cookie-signature';
import express from 'express';
import session from 'express-session';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

/** In your app: a database of hashed passwords. */
const users = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);
const secret = process.env['SESSION_SECRET'] ?? randomBytes(32).toString('hex');
const store = new session.MemoryStore();

const app = express();
app.use(session({ secret, store, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));

app.get('/', (request, response) => {
  response.send(request.session.user ? `hello ${request.session.user}\n` : 'please sign in\n');
});

app.post('/sign-in', express.json(), (request, response, next) => {
  const { username, password } = request.body ?? {};
  if (typeof password !== 'string' || users.get(username) !== password) {
    response.sendStatus(401);
    return;
  }
  // A new id: an attacker may know the one that the browser had before.
  request.session.regenerate((error) => {
    if (error) return next(error);
    request.session.user = username;
    response.sendStatus(204);
  });
});

app.post('/sign-out', (request, response, next) => {
  const { sessionID, session } = request;
  const { user } = session;
  // First the cookie, so that a client that connects again is refused. Then the WebSockets of this browser.
  session.destroy((error) => {
    if (error) return next(error);
    if (user)
      for (const live of sessions.of(user)) if (live.identity?.claims?.['id'] === sessionID) live.close();
    response.sendStatus(204);
  });
});

/** What the app keeps of an upgrade request. */
interface Browser {
  readonly language: string;
}

const application: Application<Browser> = (message, { identity, peer }) =>
  typeof message === 'string' ? `${identity?.user} (${peer.context.language}): ${message}` : message;

export const server = app.listen(Number(process.env['PORT'] ?? 3000));

// --- Sallyport

const authenticate: Authenticator<Browser> = async (credentials) => {
  if (credentials.type !== 'cookie' || !credentials.value.startsWith('s:')) return refuse();
  const id = unsign(credentials.value.slice(2), secret);
  const found = id ? await promisify(store.get.bind(store))(id) : undefined;
  return found?.user ? accept(found.user, { claims: { id } }) : refuse();
};
const context = ({ header }: RequestView): Browser => ({ language: header('accept-language') ?? 'en' });
export const sessions = createSessions<Browser>({ clock: systemClock, authenticate, application });
attach(server, sessions, { path: '/chat', credentials: { cookie: 'connect.sid' }, context });
