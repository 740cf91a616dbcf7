/** A user of the app on uWebSockets.js signs in by a token. The app and the WebSockets are real. */

import uWS from 'uWebSockets.js';
import { once } from 'node:events';
import { type ConnectOptions, connect, type Session } from '@sallyport/client';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';

/** Without a binary for this Node the library falls back to JavaScript. */
const hasNativeBinary = 'SSLApp' in uWS;

describe.skipIf(!hasNativeBinary)('an app on uWebSockets.js with tokens', () => {
  let example: typeof import('../src/server.ts');
  let host: string;

  beforeAll(async () => {
    vi.stubEnv('PORT', '0');
    example = await import('../src/server.ts');
    if (!example.listening) throw new Error('the app does not listen');
    host = `127.0.0.1:${uWS.us_socket_local_port(example.listening)}`;
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await example.sessions.drain();
    if (example.listening) uWS.us_listen_socket_close(example.listening);
  });

  /** Fetches a token from the app. */
  async function fetchToken(username: string, password: string): Promise<string> {
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    const response = await fetch(`http://${host}/token`, { method: 'POST', headers: { authorization } });
    expect(response.status).toBe(200);
    return response.text();
  }

  function signOut(token: string): Promise<Response> {
    return fetch(`http://${host}/sign-out`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
  }

  function open(
    credentials: ConnectOptions['credentials'],
    Class: ConnectOptions['WebSocket'] = WebSocket,
  ): Session {
    const session = connect(`ws://${host}/chat`, { credentials, WebSocket: Class });
    onTestFinished(() => session.close());
    return session;
  }

  /** What the application answers. */
  async function answer(session: Session, text: string): Promise<unknown> {
    session.send(text);
    for await (const message of session) return message;
    return undefined;
  }

  it('a token in the first message signs a WebSocket in', async () => {
    const session = open(async () => ({ token: await fetchToken('ada', 'lovelace') }));
    await session.ready;
    expect(session.user).toBe('ada');
    expect(await answer(session, 'hello')).toBe('ada: hello');
  });

  it('a token in a subprotocol signs a WebSocket in, and the answer does not repeat it', async () => {
    const token = await fetchToken('ada', 'lovelace');
    const socket = new WebSocket(`ws://${host}/chat`, ['sallyport.v1', `bearer.${token}`]);
    onTestFinished(() => socket.close());
    const [data] = await once(socket, 'message');
    expect(JSON.parse(String(data))).toMatchObject({ type: 'authenticated', user: 'ada' });
    expect(socket.protocol).toBe('sallyport.v1');
  });

  it('a token in the Authorization header signs a WebSocket in', async () => {
    const headers = { authorization: `Bearer ${await fetchToken('ada', 'lovelace')}` };
    const session = open(
      'request',
      class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, { headers });
        }
      },
    );
    await session.ready;
    expect(session.user).toBe('ada');
  });

  it('the session expires with its token, after at most five minutes', async () => {
    const session = open({ token: await fetchToken('grace', 'hopper') });
    await session.ready;
    const [live] = example.sessions.of('grace');
    expect(live?.identity?.expiresInMs).toBeLessThanOrEqual(300_000);
  });

  it('a token that another key signed is refused', async () => {
    const forged = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setAudience('chat')
      .setExpirationTime('5 minutes')
      .sign(new Uint8Array(32));
    const session = open({ token: forged });
    await expect(session.ready).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(session.state).toBe('signedOut');
    expect((await signOut(forged)).status).toBe(401);
  });

  it('a wrong password gets no token (401)', async () => {
    const headers = { authorization: `Basic ${btoa('ada:byron')}` };
    expect((await fetch(`http://${host}/token`, { method: 'POST', headers })).status).toBe(401);
    expect((await fetch(`http://${host}/token`, { method: 'POST' })).status).toBe(401);
  });

  it('a page of another site cannot connect, even with a token (403)', async () => {
    const protocols = ['sallyport.v1', `bearer.${await fetchToken('ada', 'lovelace')}`];
    const socket = new WebSocket(`ws://${host}/chat`, protocols, {
      headers: { origin: 'http://evil.example' },
    });
    socket.on('error', () => {});
    const [, response] = await once(socket, 'unexpected-response');
    socket.terminate();
    expect(response.statusCode).toBe(403);
  });

  it('a sign-out ends the WebSockets of the user, and the token opens no other', async () => {
    const token = await fetchToken('ada', 'lovelace');
    const [session, other] = [open({ token }), open({ token: await fetchToken('grace', 'hopper') })];
    await Promise.all([session.ready, other.ready]);
    const left = new Promise((resolve) => session.on('state', resolve));
    expect((await signOut(token)).status).toBe(204);
    expect(await left).toMatchObject({ state: 'signedOut', reason: 'revoked' });
    expect(await answer(other, 'hello')).toBe('grace: hello');
    await expect(open({ token }).ready).rejects.toMatchObject({ name: 'NotReadyError' });
  });

  it('the app answers other requests as before', async () => {
    expect(await (await fetch(`http://${host}/`)).text()).toBe('the app that was there\n');
  });
});
