/** Stories of clients that sign in by their upgrade request (PROTOCOL.md, section 1): the same on every adapter. */
import { type Authenticator, accept, type CredentialSources, refuse } from '@sallyport/core';
import type { Credentials } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { type HandshakeOptions, handshake } from '../../wire/client.ts';
import type { Adapter } from '../adapter.ts';
import { serveSessions } from '../served-sessions.ts';
import { tlsFiles } from '../tls-files.ts';
import { ACCEPTED, RIGHT } from '../tutorial.ts';

const everywhere: CredentialSources = {
  authorization: true,
  subprotocol: 'bearer.',
  query: 'token',
  cookie: 'sid',
};
const SECRET = 's3cret';

function secretOf(credentials: Credentials): string {
  switch (credentials.type) {
    case 'password':
      return credentials.password;
    case 'token':
      return credentials.token;
    case 'cookie':
      return credentials.value;
  }
}

const authenticate: Authenticator = (credentials) =>
  secretOf(credentials) === SECRET ? accept(credentials.type) : refuse();

const json = (headers: HandshakeOptions['headers'] = {}, path = '/'): HandshakeOptions => ({
  path,
  headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1', ...headers },
});

export function requestSignInStories(adapter: Adapter): void {
  const serve = (more: object = {}) =>
    serveSessions(adapter, { authenticate, ...more }, { credentials: everywhere });

  describe('a sign-in by the upgrade request', () => {
    it.each<[string, HandshakeOptions, string]>([
      ['a cookie', json({ Cookie: `theme=dark; sid=${SECRET}` }), 'cookie'],
      ['a bearer token', json({ AUTHORIZATION: `Bearer ${SECRET}` }), 'token'],
      ['a password', json({ Authorization: `Basic ${btoa(`ada:${SECRET}`)}` }), 'password'],
      ['the query', json({}, `/chat?token=${SECRET}`), 'token'],
      ['a subprotocol', json({ 'Sec-WebSocket-Protocol': `bearer.${SECRET}, sallyport.v1` }), 'token'],
    ])('with %s is answered before the client sends a word', async (_, request, user) => {
      const client = await (await serve()).connect(request);
      expect(JSON.parse(await client.nextText())).toEqual({
        type: 'authenticated',
        user,
        heartbeatMs: 25_000,
      });
      expect(JSON.parse(await client.ask('{"type":"message","text":"hello"}'))).toEqual({
        type: 'message',
        text: 'your submit context: hello',
      });
    });

    it('A56: names no subprotocol but sallyport.v1 in the answer', async () => {
      const { port } = await serve();
      for (const offer of [`bearer.${SECRET}, sallyport.v1`, `sallyport.v1, bearer.${SECRET}`]) {
        const { answer, client } = await handshake({ port }, json({ 'Sec-WebSocket-Protocol': offer }));
        client?.socket.destroy();
        expect(answer.headers.get('sec-websocket-protocol')).toBe('sallyport.v1');
      }
      const { answer } = await handshake({ port }, json({ 'Sec-WebSocket-Protocol': `bearer.${SECRET}` }));
      expect([answer.status, answer.body]).toEqual([400, 'unsupported subprotocols\n']);
    });

    it('A53: with a cookie and TLS refuses to start where origins lists a page without TLS', async () => {
      const options = { origins: ['http://app.example'] };
      const credentials = { cookie: 'sid' };
      await expect(serveSessions(adapter, options, { credentials, tls: tlsFiles() })).rejects.toThrow(
        'credentials.cookie cannot be used while origins lists http://app.example',
      );
      await serveSessions(adapter, options, { credentials });
    });

    it('that is refused leaves the client its other attempts', async () => {
      const client = await (await serve()).connect(json({ Cookie: 'sid=old' }));
      expect(JSON.parse(await client.nextText())).toEqual({ type: 'refused', attemptsLeft: 4 });
      expect(JSON.parse(await client.ask(`{"type":"authenticate","token":"${SECRET}"}`))).toEqual({
        type: 'authenticated',
        user: 'token',
        heartbeatMs: 25_000,
      });
    });

    it('that is refused for the last time ends the session (4401)', async () => {
      const server = await serve({ limits: { attempts: 1 } });
      const client = await server.connect(json({ Cookie: 'sid=old' }));
      expect(await client.ended).toMatchObject({ code: 4401 });
    });

    it('does not happen in the text protocol, whose client signs in by message', async () => {
      const server = await serveSessions(adapter, {}, { credentials: everywhere });
      const client = await server.connect({ headers: { Cookie: `sid=${SECRET}` } });
      expect(await client.ask(RIGHT)).toBe(ACCEPTED);
    });

    it('A53: is refused to a page of another site, whatever cookie the browser sends along', async () => {
      let calls = 0;
      const { port } = await serve({
        authenticate: () => {
          calls += 1;
          return accept('victim');
        },
      });
      for (const origin of ['https://evil.example', 'null', 'file://', `http://127.0.0.1:${port + 1}`]) {
        const { answer } = await handshake({ port }, json({ Cookie: `sid=${SECRET}`, Origin: origin }));
        expect(answer.status).toBe(403);
      }
      expect(calls).toBe(0);
      const own = json({ Cookie: `sid=${SECRET}`, Origin: `http://127.0.0.1:${port}` });
      const { client } = await handshake({ port }, own);
      expect(JSON.parse((await client?.nextText()) ?? '')).toHaveProperty('user', 'victim');
      client?.socket.destroy();
    });

    it.each<[string, HandshakeOptions, string]>([
      [
        'two Authorization headers',
        json({ Authorization: [`Bearer ${SECRET}`, 'Bearer b'] }),
        'malformed Authorization header',
      ],
      ['Basic that is not base64', json({ Authorization: 'Basic %%' }), 'malformed Authorization header'],
      ['two tokens in the query', json({}, '/?token=a&token=b'), 'malformed token in the query'],
      [
        'two tokens among the subprotocols',
        json({ 'Sec-WebSocket-Protocol': 'sallyport.v1, bearer.a, bearer.b' }),
        'malformed token in a subprotocol',
      ],
    ])('A54: with %s is 400', async (_, request, text) => {
      const { port } = await serve();
      const { answer } = await handshake({ port }, request);
      expect([answer.status, answer.body]).toEqual([400, `${text}\n`]);
    });
  });
}
