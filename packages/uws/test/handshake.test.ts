/** What the core is told of an upgrade request, and how its refusal is answered. */
import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { recordSessions } from '@sallyport/conformance';
import type { Sessions, UpgradeRequest } from '@sallyport/core';
import { systemClock } from '@sallyport/uws';
import { expect, it } from 'vitest';
import { admit } from '../src/handshake.ts';
import { requestOf, SlowResponse } from './slow-response.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const usual = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': KEY,
  'sec-websocket-version': '13',
};

function ask(headers: Readonly<Record<string, string>>, more: readonly (readonly [string, string])[] = []) {
  const asked: UpgradeRequest[] = [];
  const real = recordSessions(systemClock).sessions;
  const sessions: Sessions = {
    ...real,
    admit(request) {
      asked.push(request);
      return real.admit(request);
    },
  };
  const response = new SlowResponse();
  const request: HttpRequest = requestOf([...Object.entries({ ...usual, ...headers }), ...more]);
  const admitted = admit(response.asResponse as HttpResponse, request, sessions, undefined);
  return { admitted, asked, did: response.did };
}

it('tells of every header that there is', () => {
  const { asked, admitted } = ask({
    'x-forwarded-for': '198.51.100.1',
    origin: 'http://a.example',
    host: 'a.example',
  });
  expect(asked).toEqual([
    {
      address: '192.0.2.1',
      forwardedFor: '198.51.100.1',
      origin: 'http://a.example',
      host: 'a.example',
      protocols: undefined,
      version: '13',
    },
  ]);
  expect(admitted).toMatchObject({ peer: { address: '192.0.2.1' } });
});

it('A49: tells of every line of a header, and of an empty one', () => {
  const { asked } = ask({ 'x-forwarded-for': '198.51.100.1', 'sec-websocket-protocol': '' }, [
    ['x-other', '203.0.113.1'],
    ['x-forwarded-for', '198.51.100.2, 198.51.100.3'],
  ]);
  expect(asked).toMatchObject([{ forwardedFor: '198.51.100.1, 198.51.100.2, 198.51.100.3', protocols: '' }]);
  expect(ask({}).asked[0]?.forwardedFor).toBeUndefined();
});

it('A49: gives the key that was asked with, and none of two', () => {
  expect(ask({}).admitted).toMatchObject({ key: KEY });
  expect(ask({}, [['sec-websocket-key', KEY]]).admitted).toBeUndefined();
});

it('answers a request that is no handshake in a later turn, as the core refuses it', async () => {
  const { admitted, did } = ask({ upgrade: 'h2c' });
  expect(admitted).toBeUndefined();
  expect(did).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(did).toEqual([
    ['writeStatus', '400 Bad Request'],
    ['writeHeader', 'content-type', 'text/plain; charset=utf-8'],
    ['end', 'not a WebSocket handshake\n', true],
  ]);
});

it('answers a refused request with the status, headers and text of the core', async () => {
  const { admitted, did } = ask({ 'sec-websocket-version': '12' });
  expect(admitted).toBeUndefined();
  await new Promise((resolve) => setImmediate(resolve));
  expect(did).toEqual([
    ['writeStatus', '426 Upgrade Required'],
    ['writeHeader', 'sec-websocket-version', '13'],
    ['writeHeader', 'content-type', 'text/plain; charset=utf-8'],
    ['end', expect.stringMatching(/^.+\n$/), true],
  ]);
});
