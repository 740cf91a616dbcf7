/** A user of the Nest app signs in by its login cookie. The app and the WebSockets are real. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Session } from '@sallyport/client';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';

let app: typeof import('../src/main.ts').app;
let host: string;

beforeAll(async () => {
  vi.stubEnv('PORT', '0');
  ({ app } = await import('../src/main.ts'));
  host = `localhost:${(app.getHttpServer().address() as AddressInfo).port}`;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await app.close();
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

it('the login cookie of the Nest app signs a WebSocket in', async () => {
  const session = open(await signIn('ada', 'lovelace'));
  await session.ready;
  expect(session.user).toBe('ada');
  expect(await answer(session, 'hello')).toBe('ada: hello');
});

it('a cookie that no login of the Nest app has is refused', async () => {
  const cookie = await signIn('ada', 'lovelace');
  const session = open(`${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`);
  await expect(session.ready).rejects.toMatchObject({ name: 'NotReadyError' });
  expect(session.state).toBe('signedOut');
});

it("a page of another site cannot connect to the Nest app with the user's cookie (403)", async () => {
  const cookie = await signIn('ada', 'lovelace');
  expect(await refusedWith({ cookie, origin: 'http://evil.example' })).toBe(403);
});

it('a sign-out from the Nest app ends the WebSockets of the user, and not those of another user', async () => {
  const cookie = await signIn('ada', 'lovelace');
  const [session, other] = [open(cookie), open(await signIn('grace', 'hopper'))];
  await Promise.all([session.ready, other.ready]);
  const left = new Promise((resolve) => session.on('state', resolve));
  await fetch(`http://${host}/sign-out`, { method: 'POST', headers: { cookie } });
  expect(await left).toMatchObject({ state: 'signedOut', reason: 'revoked' });
  expect(await answer(other, 'hello')).toBe('grace: hello');
  await expect(open(cookie).ready).rejects.toMatchObject({ name: 'NotReadyError' });
});

it('the Nest app answers plain requests as before', async () => {
  const cookie = await signIn('grace', 'hopper');
  expect(await (await fetch(`http://${host}/`, { headers: { cookie } })).text()).toBe('hello grace\n');
  expect(await (await fetch(`http://${host}/`)).text()).toBe('please sign in\n');
});

it('when Nest closes, the WebSockets drain: their clients are asked to connect again', async () => {
  const session = open(await signIn('ada', 'lovelace'));
  await session.ready;
  const left = new Promise((resolve) => session.on('state', resolve));
  await app.close();
  expect(await left).toMatchObject({ state: 'waiting', reason: 'draining' });
});
