/**
 * A chat: an Express app with a cookie, and its rooms as channels of Sallyport on the same port.
 *
 * The first part is the app: sign-in, sign-out, and the files of the page. The last part is Sallyport. Proven by:
 * tests/browser/example-chat.test.ts.
 */
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { allow, createChannels, deny } from '@sallyport/channels';
import { implement } from '@sallyport/contract';
import { type Authenticator, accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import express, { type Request } from 'express';
import { contract } from './contract.ts';
import { mayEnter, roomsOf } from './rooms.ts';
import { cookieFor, endSignIn, readCookie, SIGNED_IN_MS, type SignedIn } from './users.ts';

const COOKIE = 'chat';
const root = fileURLToPath(new URL('..', import.meta.url));

const app = express();
app.disable('x-powered-by');
app.use((_request, response, next) => {
  // The page needs nothing from elsewhere, so nothing from elsewhere runs in it.
  response.setHeader('content-security-policy', "default-src 'self'; img-src data:; frame-ancestors 'none'");
  next();
});

app.get('/me', (request, response) => {
  const signedIn = signedInBy(request);
  if (signedIn) response.json({ user: signedIn.user, rooms: roomsOf(signedIn.user) });
  else response.sendStatus(401);
});

app.post('/sign-in', express.json(), (request, response) => {
  const { username, password } = request.body ?? {};
  const cookie = cookieFor(username, password);
  if (!cookie) {
    response.sendStatus(401);
    return;
  }
  response.cookie(COOKIE, cookie, { httpOnly: true, sameSite: 'lax', maxAge: SIGNED_IN_MS }).sendStatus(204);
});

app.post('/sign-out', (request, response) => {
  const signedIn = signedInBy(request);
  if (signedIn) {
    // First the cookie, so that a client that connects again is refused. Then the sessions of this sign-in: in all tabs of this
    // browser, and in no other browser.
    endSignIn(signedIn.id);
    for (const session of sessions.of(signedIn.user))
      if (session.identity?.claims?.['id'] === signedIn.id) session.close();
  }
  response.clearCookie(COOKIE).sendStatus(204);
});

app.get('/main.js', (_request, response) => response.sendFile('dist/main.js', { root }));
app.use(express.static(`${root}page`));

function signedInBy({ headers }: Request): SignedIn | undefined {
  const [, value] = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(headers.cookie ?? '') ?? [];
  return readCookie(value === undefined ? undefined : decoded(value));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

// --- Sallyport

const authenticate: Authenticator = (credentials) => {
  const signedIn = credentials.type === 'cookie' ? readCookie(credentials.value) : undefined;
  if (!signedIn) return refuse();
  return accept(signedIn.user, { expiresAtMs: signedIn.untilMs, claims: { id: signedIn.id } });
};

const channels = createChannels({
  clock: systemClock,
  random: Math.random,
  authorize: ({ identity }, channel) => (mayEnter(identity?.user, channel) ? allow() : deny()),
  // A room keeps its last 200 messages for a day.
  namespaces: { 'room:*': { historySize: 200, historyMs: 86_400_000 } },
  // A publication that is no message of the contract is refused.
  validatePublication: implement(contract, {}).validatePublication,
  limits: { publicationBytes: 8_192 },
});

const sessions = createSessions({ clock: systemClock, authenticate, channels });

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
attach(server, sessions, { path: '/session', credentials: { cookie: COOKIE } });

/** Asks the clients to connect again, and ends. */
process.once('SIGTERM', async () => {
  server.close();
  await sessions.drain();
  await channels.close();
  // Browsers also open connections ahead, without a request. Node waits for them, and takes them for busy.
  server.closeAllConnections();
});
