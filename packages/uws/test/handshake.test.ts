/** What the core gets of an upgrade request, and the answer to a refused one. */
import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { recordSessions } from '@sallyport/conformance';
import { type Sessions, UpgradeHeaders, type UpgradeRequest } from '@sallyport/core';
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

function requestUpgrade(
  headers: Readonly<Record<string, string>>,
  more: readonly (readonly [string, string])[] = [],
) {
  const requests: UpgradeRequest[] = [];
  const real = recordSessions(systemClock).sessions;
  const sessions: Sessions = {
    ...real,
    admit(request) {
      requests.push(request);
      return real.admit(request);
    },
  };
  const response = new SlowResponse();
  const request: HttpRequest = requestOf([...Object.entries({ ...usual, ...headers }), ...more]);
  const upgrade = new UpgradeHeaders();
  const admitted = admit(response.asResponse as HttpResponse, request, upgrade, sessions, undefined);
  return { admitted, requests, calls: response.calls, key: upgrade.key };
}

it('the core gets every header that it needs', () => {
  const { requests, admitted } = requestUpgrade({
    'x-forwarded-for': '198.51.100.1',
    origin: 'http://a.example',
    host: 'a.example',
  });
  expect(requests).toEqual([
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

it('A49: repeated header lines are joined, and an empty header is not dropped', () => {
  const { requests } = requestUpgrade({ 'x-forwarded-for': '198.51.100.1', 'sec-websocket-protocol': '' }, [
    ['x-other', '203.0.113.1'],
    ['x-forwarded-for', '198.51.100.2, 198.51.100.3'],
  ]);
  expect(requests).toMatchObject([
    { forwardedFor: '198.51.100.1, 198.51.100.2, 198.51.100.3', protocols: '' },
  ]);
  expect(requestUpgrade({}).requests[0]?.forwardedFor).toBeUndefined();
});

it('A49: the key of the request is used, and a request with two keys is refused', () => {
  expect(requestUpgrade({}).key).toBe(KEY);
  expect(requestUpgrade({}, [['sec-websocket-key', KEY]]).admitted).toBeUndefined();
});

it('a request that is not a handshake is answered in a later turn, as the core refuses it', async () => {
  const { admitted, calls } = requestUpgrade({ upgrade: 'h2c' });
  expect(admitted).toBeUndefined();
  expect(calls).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual([
    ['writeStatus', '400 Bad Request'],
    ['writeHeader', 'content-type', 'text/plain; charset=utf-8'],
    ['end', 'not a WebSocket handshake\n', true],
  ]);
});

it('a refused request is answered with the status, headers and text of the core', async () => {
  const { admitted, calls } = requestUpgrade({ 'sec-websocket-version': '12' });
  expect(admitted).toBeUndefined();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual([
    ['writeStatus', '426 Upgrade Required'],
    ['writeHeader', 'sec-websocket-version', '13'],
    ['writeHeader', 'content-type', 'text/plain; charset=utf-8'],
    ['end', expect.stringMatching(/^.+\n$/), true],
  ]);
});
