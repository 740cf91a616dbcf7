/** How the header lines of an upgrade request are read, on every transport. */
import { UpgradeHeaders, type UpgradeRequest } from '@sallyport/core';
import { expect, it } from 'vitest';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const usual: Readonly<Record<string, string | readonly string[]>> = {
  Host: 'gate.example',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': KEY,
  'Sec-WebSocket-Version': '13',
};

/** Each of several values is a line of its own. */
function gathered(given: Readonly<Record<string, string | readonly string[]>>): UpgradeHeaders {
  const headers = new UpgradeHeaders();
  for (const [name, values] of Object.entries({ ...usual, ...given }))
    for (const value of [values].flat()) headers.add(name, value);
  return headers;
}

const requestOf = (given: Readonly<Record<string, string | readonly string[]>>): UpgradeRequest =>
  gathered(given).requestFrom('192.0.2.1');

it('the request has the values of the headers, and the key', () => {
  expect(requestOf({ 'X-Other': 'x' })).toEqual({
    address: '192.0.2.1',
    forwardedFor: undefined,
    origin: undefined,
    host: 'gate.example',
    protocols: undefined,
    version: '13',
    problem: undefined,
  });
  expect(gathered({}).key).toBe(KEY);
  expect(new UpgradeHeaders().key).toBe('');
});

it.each([
  ['Origin', 'origin'],
  ['Host', 'host'],
  ['Sec-WebSocket-Protocol', 'protocols'],
  ['SEC-WEBSOCKET-VERSION', 'version'],
  ['x-forwarded-for', 'forwardedFor'],
] as const)('A49: several lines of %s are joined in their order', (name, field) => {
  const { [name]: _, ...rest } = usual;
  const headers = new UpgradeHeaders();
  for (const [other, value] of Object.entries(rest))
    if (other.toLowerCase() !== name.toLowerCase()) headers.add(other, String(value));
  for (const value of ['a', ' b\t', 'c, d']) headers.add(name, value);
  expect(headers.requestFrom('')[field]).toBe('a, b, c, d');
});

it('an empty Origin, Host or X-Forwarded-For counts as absent, an empty list of subprotocols as a list', () => {
  const empty = { Origin: '', Host: ' ', 'X-Forwarded-For': '', 'Sec-WebSocket-Protocol': '' };
  expect(requestOf(empty)).toMatchObject({
    origin: undefined,
    host: undefined,
    forwardedFor: undefined,
    protocols: '',
  });
});

it.each<[string, Readonly<Record<string, string | readonly string[]>>]>([
  ['Upgrade in capitals', { Upgrade: 'WebSocket' }],
  ['Connection on two lines', { Connection: ['keep-alive', 'Upgrade'] }],
  ['Connection on two lines, the other way', { Connection: ['upgrade', 'keep-alive'] }],
  ['Connection as a list', { Connection: 'keep-alive ,\tUPGRADE\t, x' }],
  ['an empty body', { 'Content-Length': '0' }],
])('a handshake is accepted with %s', (_, headers) => {
  expect(requestOf(headers).problem).toBeUndefined();
});

it.each<[string, Readonly<Record<string, string | readonly string[]>>]>([
  ['Upgrade: h2c', { Upgrade: 'h2c' }],
  ['Upgrade on two lines', { Upgrade: ['websocket', 'h2c'] }],
  ['no Connection', { Connection: [] }],
  ['Connection: close', { Connection: 'close' }],
  ['Connection: x-upgrade', { Connection: 'x-upgrade' }],
  ['Connection: upgrade-x', { Connection: 'upgrade-x' }],
  ['Connection without a comma', { Connection: 'keep-alive upgrade' }],
  ['Connection without a comma, the other way', { Connection: 'upgrade keep-alive' }],
  ['no key', { 'Sec-WebSocket-Key': [] }],
  ['an empty key', { 'Sec-WebSocket-Key': '' }],
  ['a key that is too long', { 'Sec-WebSocket-Key': `x${KEY}` }],
  ['a key with something behind it', { 'Sec-WebSocket-Key': `${KEY}x` }],
  ['a key of another ending', { 'Sec-WebSocket-Key': `${KEY.slice(0, -1)}x` }],
  ['two keys', { 'Sec-WebSocket-Key': [KEY, KEY] }],
])('A49: a handshake is refused with %s', (_, headers) => {
  expect(requestOf(headers).problem).toBe('not a WebSocket handshake');
});

it.each<[string, Readonly<Record<string, string | readonly string[]>>]>([
  ['a length', { 'Content-Length': '5' }],
  ['two lengths', { 'Content-Length': ['0', '5'] }],
  ['a malformed length', { 'Content-Length': 'x' }],
  ['an empty length', { 'Content-Length': '' }],
  ['chunks', { 'Transfer-Encoding': 'chunked' }],
  ['another encoding', { 'Transfer-Encoding': 'identity' }],
])('A49: a handshake with a body is refused: %s', (_, headers) => {
  expect(requestOf(headers).problem).toBe('an upgrade request must not have a body');
});
