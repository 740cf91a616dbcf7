/**
 * An app on uWebSockets.js that signs users in by tokens. Plain HTTP gives out tokens, and a WebSocket takes them in three places:
 * the `Authorization` header, a subprotocol (the only header that a web page can set), and a message.
 *
 * To run it, with Node 22.18 or later: build, then run `node examples/uws-tokens/src/server.ts`.
 * Proven by: test/uws-tokens.test.ts.
 */

import type { HttpRequest, HttpResponse, us_listen_socket } from 'uWebSockets.js';
import uWS from 'uWebSockets.js';
import { randomBytes } from 'node:crypto';
import { createSessions } from '@sallyport/core';
import { behavior, systemClock } from '@sallyport/uws';
import { TokenIssuer } from './token-issuer.ts';

/** In your app: a database of hashed passwords. */
const users = new Map([
  ['ada', 'lovelace'],
  ['grace', 'hopper'],
]);

/** The key of the tokens. In your app: from a file, or the published keys of an issuer. */
const issuer = new TokenIssuer(randomBytes(32));

export const sessions = createSessions({
  clock: systemClock,
  authenticate: issuer.authenticate,
  application: (message, { identity }) =>
    typeof message === 'string' ? `${identity?.user}: ${message}` : message,
});

/** The socket that listens. Undefined until then. */
export let listening: us_listen_socket | undefined;

uWS
  .App()
  .ws('/chat', behavior(sessions, { credentials: { authorization: true, subprotocol: 'bearer.' } }))
  .post('/token', (response, request) => {
    const user = userIn(request);
    answer(response, user === undefined ? undefined : issuer.tokenFor(user), '200 OK');
  })
  .post('/sign-out', (response, request) => {
    // First the token, so that a client that connects again is refused. Then the WebSockets of the user.
    const signedOut = issuer.end(bearerIn(request)).then((user) => {
      if (user === undefined) return undefined;
      sessions.revoke(user);
      return '';
    });
    answer(response, signedOut, '204 No Content');
  })
  .any('/*', (response) => {
    response.end('the app that was there\n');
  })
  .listen(Number(process.env['PORT'] ?? 3000), (socket) => {
    if (!socket) throw new Error('the port is in use');
    listening = socket;
  });

/** Answers with a text that comes later, or with 401 if there is none. */
function answer(response: HttpResponse, text: Promise<string | undefined> | undefined, status: string): void {
  let isAborted = false;
  response.onAborted(() => {
    isAborted = true;
  });
  const send = (line: string, body: string | undefined): void => {
    // The library throws at a call of an aborted response.
    if (!isAborted) response.cork(() => response.writeStatus(line).end(body));
  };
  Promise.resolve(text).then(
    (body) => (body === undefined ? send('401 Unauthorized', '') : send(status, body)),
    () => send('500 Internal Server Error', ''),
  );
}

/** The user of `Authorization: Basic`. Undefined if the password is wrong. */
function userIn(request: HttpRequest): string | undefined {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(request.getHeader('authorization')) ?? [];
  const [username = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
  return password !== undefined && users.get(username) === password ? username : undefined;
}

/** The token of `Authorization: Bearer`. Empty if there is none. */
function bearerIn(request: HttpRequest): string {
  return /^Bearer (.+)$/i.exec(request.getHeader('authorization'))?.[1] ?? '';
}
