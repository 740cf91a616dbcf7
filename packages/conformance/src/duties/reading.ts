/** Duties with the options `context` and `credentials`, which read upgrade requests for the app. */
import { deepStrictEqual, equal, match } from 'node:assert/strict';
import { type Authenticator, accept, type Fault, type RequestView, refuse } from '@sallyport/core';
import { type Credentials, jsonProtocol } from '@sallyport/protocol';
import { kitProtocol } from '../kit/protocol.ts';
import type { Stage } from '../kit/stage.ts';
import type { StoryDefinition } from '../kit/story.ts';
import { Refused, type RemoteRequest } from '../kit/transport.ts';

const SECRET = 's3cret';
const everywhere = { authorization: true, subprotocol: 'bearer.', query: 'token', cookie: 'sid' } as const;
const protocols = [kitProtocol, jsonProtocol];

/** The status of the refusal of a request. */
async function refusalOf(stage: Stage, request: RemoteRequest): Promise<number> {
  const outcome = await stage.connect(request).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Refused) return outcome.status;
  throw outcome ?? new Error('the client was connected');
}

function secretOf(credentials: Credentials): string {
  if (credentials.type === 'password') return credentials.password;
  return credentials.type === 'token' ? credentials.token : credentials.value;
}

const json = (headers: RemoteRequest['headers'] = {}, path = '/'): RemoteRequest => ({
  path,
  headers: { 'Sec-WebSocket-Protocol': 'sallyport.v1', ...headers },
});

/** A request with the right credentials, for each place, and the type that they have. */
const places: readonly (readonly [place: string, RemoteRequest, type: Credentials['type']])[] = [
  ['Authorization: Bearer', json({ Authorization: `Bearer ${SECRET}` }), 'token'],
  ['Authorization: Basic', json({ Authorization: `Basic ${btoa(`ada:${SECRET}`)}` }), 'password'],
  ['a subprotocol', json({ 'Sec-WebSocket-Protocol': `bearer.${SECRET}, sallyport.v1` }), 'token'],
  ['the query', json({}, `/chat?room=1&token=${SECRET}`), 'token'],
  ['a cookie', json({ Cookie: `theme=dark; sid=${SECRET}` }), 'cookie'],
];

export const reading: readonly StoryDefinition[] = [
  {
    duty: 'calls context once for each accepted request, and opens the session with what it returned',
    needs: ['requests', 'requestOptions'],
    async run(stage) {
      const read: object[] = [];
      const context = ({ method, url, query, cookies, header }: RequestView) => {
        read.push({ method, url, room: query['room'], theme: cookies['theme'], tag: header('x-TAG') });
        return read.at(-1);
      };
      await stage.serve({ reading: { context } });
      const headers = { 'X-Tag': ['a', 'b'], Cookie: 'theme=dark' };
      for (const room of ['1', '2']) {
        await stage.connect({ path: `/chat?room=${room}`, headers });
        equal(read.length, Number(room), `\`context\` was called ${read.length} times for ${room} requests`);
      }
      await stage.until('both sessions', () => stage.opened.length === 2);
      const expected = { method: 'GET', url: '/chat?room=1', room: '1', theme: 'dark', tag: 'a, b' };
      deepStrictEqual(read[0], expected, 'what `context` read of the request');
      for (const [i, session] of stage.opened.entries())
        equal(session.peer.context, read[i], '`peer.context` is not what `context` returned for the request');
    },
  },
  {
    duty: 'reads nothing of a request that admit refuses',
    needs: ['requests', 'requestOptions'],
    async run(stage) {
      const calls: string[] = [];
      await stage.serve({
        protocols,
        authenticate: () => {
          calls.push('the authenticator');
          return accept('admin');
        },
        reading: {
          context: () => {
            calls.push('`context`');
          },
          credentials: everywhere,
        },
      });
      const evil = json({ Origin: 'https://evil.example', Cookie: `sid=${SECRET}` });
      equal(await refusalOf(stage, evil), 403);
      deepStrictEqual(calls, [], `${calls[0]} was called for a request that was refused`);
      equal(stage.tapped.length, 0, '`open` was called for a request that was refused');
    },
  },
  {
    duty: 'refuses a request whose context throws, and one whose credentials are malformed',
    needs: ['requests', 'requestOptions'],
    async run(stage) {
      const faults: Fault[] = [];
      await stage.serve({
        protocols,
        onFault: (fault) => void faults.push(fault),
        reading: {
          context: ({ path }) => {
            if (path === '/bad') throw new Error('no such room');
          },
          credentials: everywhere,
        },
      });
      equal(await refusalOf(stage, { path: '/bad', headers: {} }), 500);
      deepStrictEqual(
        faults.map(({ source }) => source),
        ['context'],
        'the faults',
      );
      equal(await refusalOf(stage, json({ Authorization: 'Basic %%' })), 400);
      equal(await refusalOf(stage, json({}, '/?token=a&token=b')), 400);
      equal(stage.tapped.length, 0, '`open` was called for a request that was refused');
    },
  },
  {
    duty: 'opens the session with the credentials of the request, from each place',
    needs: ['requests', 'requestOptions'],
    async run(stage) {
      const authenticate: Authenticator = (credentials) =>
        secretOf(credentials) === SECRET ? accept(credentials.type) : refuse();
      await stage.serve({ protocols, authenticate, reading: { credentials: everywhere } });
      for (const [place, request, type] of places) {
        const client = await stage.connect(request);
        equal(client.protocol, 'sallyport.v1', 'the subprotocol in the answer');
        await stage.until(`the first answer, by ${place}`, () => client.messages.length > 0);
        match(String(client.messages[0]), /^\{"type":"authenticated"/, `the first answer, by ${place}`);
        equal(stage.opened.at(-1)?.identity?.user, type, `the type of credentials, by ${place}`);
      }
    },
  },
];
