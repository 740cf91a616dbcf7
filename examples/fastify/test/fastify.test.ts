/** A user of the Fastify app signs in by its session cookie. The app and the WebSockets are real. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, type Session } from '@sallyport/client';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';

let example: typeof import('../src/server.ts');
let host: string;

beforeAll(async () => {
  vi.stubEnv('PORT', '0');
  example = await import('../src/server.ts');
  host = `localhost:${(example.app.server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await example.sessions.drain();
  example.app.server.closeAllConnections();
  await example.app.close();
});

/** Signs in to the app. Returns the cookie. */
async function signIn(username: string, password: string): Promise<string> {
  const response = await fetch(`http://${host}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  expect(response.status).toBe(204);
  return response.headers.get('set-cookie')?.split(';')[0] as string;
}

/** The cookie with one other character in its signature. */
function forged(cookie: string): string {
  const [name, value = ''] = cookie.split('=');
  const text = decodeURIComponent(value);
  const at = text.lastIndexOf('.') + 1;
  const other = text[at] === 'A' ? 'B' : 'A';
  return `${name}=${encodeURIComponent(text.slice(0, at) + other + text.slice(at + 1))}`;
}

/** Connects as the app's own page in a browser that has the cookie. */
function open(cookie: string): Session {
  const headers = { cookie, origin: `http://${host}` };
  const session = connect(`ws://${host}/chat`, {
    credentials: 'request',
    WebSocket: class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers });
      }
    },
  });
  onTestFinished(() => session.close());
  return session;
}

/** What the application answers. */
async function answer(session: Session, text: string): Promise<unknown> {
  session.send(text);
  for await (const message of session) return message;
  return undefined;
}

/** The status of an upgrade request that the server refuses. */
async function refusedWith(headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(`ws://${host}/chat`, ['sallyport.v1'], { headers });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  socket.terminate();
  return response.statusCode;
}

it('the session cookie of Fastify signs a WebSocket in', async () => {
  const session = open(await signIn('ada', 'lovelace'));
  await session.ready;
  expect(session.user).toBe('ada');
  expect(await answer(session, 'hello')).toBe('ada: hello');
});

it('a session cookie of Fastify with a forged signature is refused', async () => {
  const session = open(forged(await signIn('ada', 'lovelace')));
  await expect(session.ready).rejects.toMatchObject({ name: 'NotReadyError' });
  expect(session.state).toBe('signedOut');
});

it("a page of another site cannot connect to the Fastify app with the user's cookie (403)", async () => {
  const cookie = await signIn('ada', 'lovelace');
  expect(await refusedWith({ cookie, origin: 'http://evil.example' })).toBe(403);
});

it('a sign-out from the Fastify app ends the WebSockets of the user, and not those of another user', async () => {
  const cookie = await signIn('ada', 'lovelace');
  const [session, other] = [open(cookie), open(await signIn('grace', 'hopper'))];
  await Promise.all([session.ready, other.ready]);
  const left = new Promise((resolve) => session.on('state', resolve));
  await fetch(`http://${host}/sign-out`, { method: 'POST', headers: { cookie } });
  expect(await left).toMatchObject({ state: 'signedOut', reason: 'revoked' });
  expect(await answer(other, 'hello')).toBe('grace: hello');
  await expect(open(cookie).ready).rejects.toMatchObject({ name: 'NotReadyError' });
});

it('the Fastify app answers plain requests as before', async () => {
  const cookie = await signIn('grace', 'hopper');
  expect(await (await fetch(`http://${host}/`, { headers: { cookie } })).text()).toBe('hello grace\n');
  expect(await (await fetch(`http://${host}/`)).text()).toBe('please sign in\n');
});

it('the Fastify app needs fewer than 15 lines for Sallyport', () => {
  const source = readFileSync(new URL('../src/server.ts', import.meta.url), 'utf8');
  const [app = '', rest = ''] = source.split('// --- Sallyport\n');
  const glue = rest.slice(0, rest.indexOf('await app.listen')).trim().split('\n');
  const inTheApp = app.split('\n').filter((line) => /@sallyport\/|sessions\.revoke/.test(line));
  expect(inTheApp.length + glue.length).toBeLessThan(15);
});
