/** A user has a cookie of one server, and opens a WebSocket to another with a ticket. Both servers and the WebSockets are real. */

import { once } from 'node:events';
import { connect, type Session } from '@sallyport/client';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Tickets } from '../src/tickets.ts';

let example: typeof import('../src/main.ts');

beforeAll(async () => {
  vi.stubEnv('PORT', '0');
  vi.stubEnv('SOCKETS_PORT', '0');
  example = await import('../src/main.ts');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await example.sessions.drain();
  for (const server of [example.appServer, example.socketsServer]) {
    server.closeAllConnections();
    server.close();
  }
});

/** Signs in to the app. Returns the cookie. */
async function signIn(username: string, password: string): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const response = await fetch(`${example.appUrl}/sign-in`, { method: 'POST', headers });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')?.split(';')[0] as string;
}

/** Fetches a ticket as the page of the app does. */
function fetchTicket(cookie: string): Promise<Response> {
  return fetch(`${example.appUrl}/ticket`, { method: 'POST', headers: { cookie } });
}

/** Connects from a page of the app. `undefined` for a ticket is how a page says that its user must sign in again. */
function open(ticket: () => Promise<string | undefined>): Session {
  const headers = { origin: example.appUrl };
  const session = connect(`${example.socketsUrl}/chat`, {
    credentials: async () => {
      const token = await ticket();
      return token === undefined ? undefined : { token };
    },
    WebSocket: class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers });
      }
    },
  });
  onTestFinished(() => session.close());
  return session;
}

async function ticketOf(cookie: string): Promise<string | undefined> {
  const response = await fetchTicket(cookie);
  return response.ok ? response.text() : undefined;
}

/** What the application answers. */
async function answer(session: Session, text: string): Promise<unknown> {
  session.send(text);
  for await (const message of session) return message;
  return undefined;
}

it('a ticket from the app opens a WebSocket on the other server', async () => {
  const cookie = await signIn('ada', 'lovelace');
  const session = open(() => ticketOf(cookie));
  await session.ready;
  expect(session.user).toBe('ada');
  expect(await answer(session, 'hello')).toBe('ada: hello');
});

it('the session expires with its ticket, after at most a minute', async () => {
  const cookie = await signIn('grace', 'hopper');
  await open(() => ticketOf(cookie)).ready;
  const [live] = example.sessions.of('grace');
  expect(live?.identity?.expiresInMs).toBeLessThanOrEqual(60_000);
});

it('a ticket works once', async () => {
  const ticket = (await ticketOf(await signIn('ada', 'lovelace'))) as string;
  await open(async () => ticket).ready;
  const again = new Promise((resolve) => open(async () => ticket).on('refused', resolve));
  expect(await again).toEqual({ attemptsLeft: 4 });
});

it('a ticket that another secret signed is refused', async () => {
  const forged = await new Tickets(new Uint8Array(32)).issue('ada', 'a login');
  const refused = new Promise((resolve) => open(async () => forged).on('refused', resolve));
  expect(await refused).toEqual({ attemptsLeft: 4 });
});

it('a forged cookie gets no ticket (401)', async () => {
  const cookie = await signIn('ada', 'lovelace');
  expect((await fetchTicket(`${cookie.slice(0, -2)}${cookie.endsWith('AA') ? 'BB' : 'AA'}`)).status).toBe(
    401,
  );
  expect((await fetch(`${example.appUrl}/ticket`, { method: 'POST' })).status).toBe(401);
});

it('a page of another site cannot connect to the WebSocket server (403)', async () => {
  const socket = new WebSocket(`${example.socketsUrl.replace('http', 'ws')}/chat`, ['sallyport.v1'], {
    headers: { origin: 'http://evil.example' },
  });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  socket.terminate();
  expect(response.statusCode).toBe(403);
});

it('a sign-out from the app ends the WebSockets on the other server, and voids a ticket that was not used', async () => {
  const cookie = await signIn('ada', 'lovelace');
  const unused = (await ticketOf(cookie)) as string;
  const grace = await signIn('grace', 'hopper');
  const [session, other] = [open(() => ticketOf(cookie)), open(() => ticketOf(grace))];
  await Promise.all([session.ready, other.ready]);
  const left = new Promise((resolve) => session.on('state', resolve));
  const response = await fetch(`${example.appUrl}/sign-out`, { method: 'POST', headers: { cookie } });
  expect(response.status).toBe(204);
  expect(await left).toMatchObject({ state: 'signedOut', reason: 'revoked' });
  expect(await answer(other, 'hello')).toBe('grace: hello');
  expect((await fetchTicket(cookie)).status).toBe(401);
  const refused = new Promise((resolve) => open(async () => unused).on('refused', resolve));
  expect(await refused).toEqual({ attemptsLeft: 4 });
  session.resume();
  await expect(session.ready).rejects.toMatchObject({ name: 'NotReadyError' });
});

it('a forged report of a sign-out, and a ticket in its place, end no session', async () => {
  const cookie = await signIn('ada', 'lovelace');
  const session = open(() => ticketOf(cookie));
  await session.ready;
  const forged = await new Tickets(new Uint8Array(32)).reportSignOut('ada', 'a login');
  for (const message of [forged, (await ticketOf(cookie)) as string, '']) {
    const headers = { authorization: `Bearer ${message}` };
    expect((await fetch(`${example.socketsUrl}/sign-out`, { method: 'POST', headers })).status).toBe(404);
  }
  expect(await answer(session, 'hello')).toBe('ada: hello');
});
