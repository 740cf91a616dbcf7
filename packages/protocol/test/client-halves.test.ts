/** The clients' halves of both protocols: each side reads what the other one writes. */
import {
  type Answer,
  type ClientProtocol,
  type Credentials,
  givenDeviceToken,
  jsonClient,
  jsonProtocol,
  type MessageCredentials,
  type Protocol,
  passwordCredentials,
  textClient,
  textProtocol,
  tokenCredentials,
} from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from './any-character.ts';

const halves: readonly (readonly [string, ClientProtocol, Protocol])[] = [
  ['text', textClient, textProtocol],
  ['json', jsonClient, jsonProtocol],
];
const anyText = fc.string({ unit: anyCharacter });
// biome-ignore lint/suspicious/noControlCharactersInRegex: names have none
const anyName = anyText.filter((text) => !/[:\u0000-\u001f\u007f-\u009f]/.test(text));
const anyToken = fc.stringMatching(/^[A-Za-z0-9\-._~+/]+=*$/);
const anyCredentials: fc.Arbitrary<MessageCredentials> = fc.oneof(
  fc.tuple(anyName, anyText).map(([username, password]) => passwordCredentials(username, password)),
  anyToken.map(tokenCredentials),
);
const anyMessage = fc.oneof(anyText, fc.uint8Array());
function secretOf(credentials: Credentials): string {
  if (credentials.type === 'cookie') return credentials.value;
  return credentials.type === 'token' ? credentials.token : credentials.password;
}

describe.each(halves)('the %s protocol', (_, client, server) => {
  it('the server reads the credentials that the client wrote', () => {
    fc.assert(
      fc.property(anyCredentials, (credentials) => {
        const said = client.encode({ type: 'authenticate', credentials });
        const decoded = server.decode(said ?? '', 'authenticating');
        expect(decoded).toEqual({ type: 'credentials.received', credentials });
        if (decoded.type === 'credentials.received')
          expect(secretOf(decoded.credentials)).toBe(secretOf(credentials));
      }),
    );
  });

  it('the server reads the device token that the client wrote, if the protocol has words for one', () => {
    const credentials = passwordCredentials('a', 'p', 'device');
    const said = client.encode({ type: 'authenticate', credentials });
    const decoded = server.decode(said ?? '', 'authenticating');
    expect(decoded).toMatchObject({
      credentials: { deviceToken: client.canRefresh ? 'device' : undefined },
    });
  });

  it('both sides read the messages that the other one wrote', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const said = client.encode({ type: 'message', message });
        expect(server.decode(said ?? '', 'established')).toEqual({ type: 'message.received', message });
        const answered = server.encode({ type: 'message', message });
        expect(client.decode(answered ?? '', 'established')).toEqual({ type: 'message', message });
      }),
    );
  });

  it('the client reads any message without an error', () => {
    const data = fc.oneof(anyText, fc.json(), fc.uint8Array());
    fc.assert(
      fc.property(data, fc.constantFrom('authenticating' as const, 'established' as const), (one, phase) => {
        client.decode(one, phase);
      }),
    );
  });
});

describe('an answer of the server', () => {
  const forGood = { user: 'admin', expiresInMs: Number.POSITIVE_INFINITY };
  const read = ([, client, server]: (typeof halves)[number], answer: Answer) =>
    client.decode(server.encode(answer) ?? '', 'authenticating');
  const [text, json] = halves as [(typeof halves)[number], (typeof halves)[number]];

  it('the client reads every answer in JSON', () => {
    for (const identity of [forGood, { user: 'eve', expiresInMs: 5 }]) {
      expect(read(json, { type: 'accepted', identity })).toEqual({ type: 'accepted', ...identity });
      expect(read(json, { type: 'refreshed', identity })).toEqual({ type: 'refreshed', ...identity });
      for (const type of ['accepted', 'refreshed'] as const)
        expect(read(json, { type, identity, deviceToken: givenDeviceToken('d') })).toEqual({
          type,
          ...identity,
          deviceToken: 'd',
        });
    }
    for (const answer of [
      { type: 'postponed', retryInMs: 1_500 },
      { type: 'error', error: 'refreshPostponed', retryInMs: 20 },
    ] as const)
      expect(read(json, answer)).toEqual(answer);
    expect(read(json, { type: 'refused', attemptsLeft: 0 })).toEqual({ type: 'refused', attemptsLeft: 0 });
    for (const error of ['refreshRefused', 'refreshFailed', 'refreshTimedOut', 'refreshPending'] as const)
      expect(read(json, { type: 'error', error })).toEqual({ type: 'error', error });
  });

  it('a heartbeat and its announcement are read in JSON, and the text protocol has none', () => {
    const [, client, server] = json;
    expect(server.heartbeat).toBe('{"type":"heartbeat"}');
    expect(client.decode(server.heartbeat ?? '', 'established')).toEqual({ type: 'heartbeat' });
    expect(text[2].heartbeat).toBeUndefined();
    expect(read(json, { type: 'accepted', identity: forGood, heartbeatMs: 25_000 })).toMatchObject({
      heartbeatMs: 25_000,
    });
  });

  it('the client reads every sentence of the text protocol', () => {
    expect(read(text, { type: 'accepted', identity: forGood })).toEqual({
      ...forGood,
      type: 'accepted',
      user: undefined,
    });
    expect(read(text, { type: 'refused', attemptsLeft: 3 })).toEqual({
      type: 'refused',
      attemptsLeft: undefined,
    });
  });

  it('the wait of a postponed answer is finite, for any value that the server sends', () => {
    for (const said of ['', ',"retryInMs":-1', ',"retryInMs":"5"', ',"retryInMs":1e999'])
      for (const [type, heard] of [
        ['"postponed"', { type: 'postponed' }],
        ['"error","error":"refreshPostponed"', { type: 'error', error: 'refreshPostponed' }],
      ] as const)
        expect(jsonClient.decode(`{"type":${type}${said}}`, 'authenticating')).toEqual({
          ...heard,
          retryInMs: 1_000,
        });
  });

  it('a device token that the server would not read is dropped', () => {
    for (const deviceToken of [1, '', 'a b', 'a'.repeat(513)])
      expect(
        jsonClient.decode(
          JSON.stringify({ type: 'authenticated', user: 'a', deviceToken }),
          'authenticating',
        ),
      ).toEqual({ type: 'accepted', user: 'a', expiresInMs: Number.POSITIVE_INFINITY });
  });

  it.each([
    '{}',
    'null',
    '{"type":"message"}',
    '{"type":"error","error":"toString"}',
    '{"type":"error"}',
    '{"__proto__":{"type":"authenticated"}}',
    'hello',
  ])('a malformed answer is read as nothing: %s', (data) => {
    for (const [, client] of halves) expect(client.decode(data, 'authenticating')).toBeUndefined();
  });

  it('malformed numbers are left out', () => {
    expect(jsonClient.decode('{"type":"authenticated","user":1,"expiresInMs":-1}', 'authenticating')).toEqual(
      {
        type: 'accepted',
        user: undefined,
        expiresInMs: Number.POSITIVE_INFINITY,
      },
    );
    expect(jsonClient.decode('{"type":"refused","attemptsLeft":"4"}', 'authenticating')).toEqual({
      type: 'refused',
      attemptsLeft: undefined,
    });
  });
});

describe('the limits of the text protocol', () => {
  it.each([
    passwordCredentials('a:b', 'c'),
    passwordCredentials('a\n', 'c'),
    tokenCredentials('a b'),
    tokenCredentials(''),
  ])('the text protocol cannot express %j', (credentials) => {
    expect(textClient.encode({ type: 'authenticate', credentials })).toBeUndefined();
  });

  it('the text protocol cannot express a refresh', () => {
    expect(textClient.encode({ type: 'refresh', credentials: tokenCredentials('a') })).toBeUndefined();
  });
});
