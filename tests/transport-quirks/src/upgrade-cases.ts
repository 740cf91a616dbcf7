/**
 * Odd upgrade requests by name (RFC 6455, 4.2.1; RFC 9112): with parts missing, wrong, twice, too large or cut.
 *
 * This file has only the bytes on the wire. The outcomes on each transport are in golden/.
 */
import { frame } from '@sallyport/conformance';

export interface UpgradeCase {
  readonly name: string;
  /** The server reads each before the next is sent. */
  readonly writes: readonly (string | Buffer | 'FIN')[];
}

interface Request {
  readonly line?: string;
  /** Headers in place of the usual ones. `undefined` omits one; several values send it several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  readonly lineEnd?: string;
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const usual = {
  Host: 'gate.example',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': KEY,
  'Sec-WebSocket-Version': '13',
};

export function request({ line = 'GET / HTTP/1.1', headers = {}, lineEnd = '\r\n' }: Request = {}): string {
  const lines = Object.entries({ ...usual, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}`),
  );
  return [line, ...lines, '', ''].join(lineEnd);
}

const one = (name: string, ...writes: UpgradeCase['writes']): UpgradeCase => ({ name, writes });
const having = (name: string, headers: Request['headers']) => one(name, request({ headers }));
const asking = (line: string) => one(line, request({ line }));
const plain = 'GET /plain HTTP/1.1\r\nHost: gate.example\r\n\r\n';
const filler = (bytes: number) => ({ 'X-Filler': 'x'.repeat(bytes) });
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-${i}`, 'x'] as const));

const missing = Object.keys(usual).map((name) => having(`no ${name}`, { [name]: undefined }));

const values: readonly UpgradeCase[] = [
  having('Upgrade: WebSocket', { Upgrade: 'WebSocket' }),
  having('Upgrade: h2c', { Upgrade: 'h2c' }),
  having('Upgrade: websocket, h2c', { Upgrade: 'websocket, h2c' }),
  having('Upgrade, empty', { Upgrade: '' }),
  having('Connection: upgrade', { Connection: 'upgrade' }),
  having('Connection: keep-alive, Upgrade', { Connection: 'keep-alive, Upgrade' }),
  having('Connection: keep-alive', { Connection: 'keep-alive' }),
  having('Connection: close', { Connection: 'close' }),
  having('Connection, on two lines', { Connection: ['keep-alive', 'Upgrade'] }),
  having('Upgrade, on two lines', { Upgrade: ['websocket', 'h2c'] }),
  having('Upgrade, the same on two lines', { Upgrade: ['websocket', 'websocket'] }),
  having('Host, empty', { Host: '' }),
  having('Host, twice', { Host: ['gate.example', 'other.example'] }),
  having('Host, twice the same', { Host: ['gate.example', 'gate.example'] }),
  having('Host with a blank', { Host: 'gate example' }),
  having('Host with a malformed port', { Host: 'gate.example:99999' }),
  having('Key, empty', { 'Sec-WebSocket-Key': '' }),
  having('Key of 15 bytes', { 'Sec-WebSocket-Key': Buffer.alloc(15).toString('base64') }),
  having('Key of 17 bytes', { 'Sec-WebSocket-Key': Buffer.alloc(17).toString('base64') }),
  having('Key of 23 characters', { 'Sec-WebSocket-Key': KEY.slice(1) }),
  having('Key of 24 characters that are not base64', { 'Sec-WebSocket-Key': '!'.repeat(24) }),
  having('Key, twice', { 'Sec-WebSocket-Key': [KEY, KEY] }),
  ...['0', '8', '12', '14', '013', '13, 8', 'x'].map((version) =>
    having(`Version: ${version}`, { 'Sec-WebSocket-Version': version }),
  ),
  having('Version, twice', { 'Sec-WebSocket-Version': ['13', '8'] }),
  having('Version, 13 twice', { 'Sec-WebSocket-Version': ['13', '13'] }),
  having('Origin: null', { Origin: 'null' }),
  having('Origin, empty', { Origin: '' }),
  having('Origin, with the port of its scheme', { Origin: 'http://gate.example:80' }),
  having('Origin, twice', { Origin: ['http://gate.example', 'http://other.example'] }),
  having('Origin, twice the same', { Origin: ['http://gate.example', 'http://gate.example'] }),
  having('Origin, no ASCII', { Origin: 'http://gäte.example' }),
  having('Protocol: unknown', { 'Sec-WebSocket-Protocol': 'unknown' }),
  having('Protocol, empty', { 'Sec-WebSocket-Protocol': '' }),
  having('Protocol, on two lines', { 'Sec-WebSocket-Protocol': ['unknown', 'sallyport.v1'] }),
  having('Protocol, one of two lines empty', { 'Sec-WebSocket-Protocol': ['', 'sallyport.v1'] }),
  having('Protocol, the same one in a list', { 'Sec-WebSocket-Protocol': 'sallyport.v1, sallyport.v1' }),
  having('Protocol, the same on two lines', { 'Sec-WebSocket-Protocol': ['sallyport.v1', 'sallyport.v1'] }),
  having('Protocol, a comma at the end', { 'Sec-WebSocket-Protocol': 'sallyport.v1,' }),
  having('Protocol, no token', { 'Sec-WebSocket-Protocol': 'a b,,' }),
  having('Extensions: permessage-deflate', { 'Sec-WebSocket-Extensions': 'permessage-deflate' }),
  having('Extensions, no token', { 'Sec-WebSocket-Extensions': ';;=' }),
  having('a body announced', { 'Content-Length': '5' }),
  having('a body in chunks announced', { 'Transfer-Encoding': 'chunked' }),
  having('an empty body announced', { 'Content-Length': '0' }),
  having('a length, twice', { 'Content-Length': ['0', '0'] }),
  having('a malformed length', { 'Content-Length': 'x' }),
  having('a negative length', { 'Content-Length': '-1' }),
  having('a length and chunks', { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }),
  having('Transfer-Encoding: identity', { 'Transfer-Encoding': 'identity' }),
  having('Expect: 100-continue', { Expect: '100-continue' }),
  having('Expect: something else', { Expect: 'something else' }),
];

const lines: readonly UpgradeCase[] = [
  asking('GET / HTTP/1.0'),
  asking('GET / HTTP/0.9'),
  asking('GET / HTTP/2.0'),
  asking('GET /'),
  asking('POST / HTTP/1.1'),
  asking('HEAD / HTTP/1.1'),
  asking('get / HTTP/1.1'),
  asking('BREW / HTTP/1.1'),
  asking('GET http://gate.example/ HTTP/1.1'),
  asking('GET * HTTP/1.1'),
  asking('GET  / HTTP/1.1'),
  asking('OPTIONS * HTTP/1.1'),
  one('OPTIONS *, plain', 'OPTIONS * HTTP/1.1\r\nHost: gate.example\r\n\r\n'),
  one(
    'Expect: 100-continue, plain',
    'POST / HTTP/1.1\r\nHost: gate.example\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n',
    'x',
  ),
];

const shapes: readonly UpgradeCase[] = [
  one(
    'header names in capitals',
    request().replace(/^[\w-]+(?=:)/gm, (name) => name.toUpperCase()),
  ),
  one(
    'header names in small letters',
    request().replace(/^[\w-]+(?=:)/gm, (name) => name.toLowerCase()),
  ),
  one('a space before a colon', request().replace('Upgrade:', 'Upgrade :')),
  one('no space after the colons', request().replaceAll(': ', ':')),
  one('a folded header', request().replace('Upgrade: ', 'Upgrade:\r\n ')),
  one('a header without a colon', request().replace('Host:', 'Rubbish\r\nHost:')),
  one('NUL in a header', request({ headers: { 'X-Nul': 'a\0b' } })),
  one('lines that end in LF alone', request({ lineEnd: '\n' })),
  one('an empty line first', `\r\n${request()}`),
  having('3 000 bytes of headers', filler(3_000)),
  having('5 000 bytes of headers', filler(5_000)),
  having('20 000 bytes of headers', filler(20_000)),
  one('5 000 bytes of headers, in two writes', ...halves(request({ headers: filler(5_000) }))),
  having('48 headers', many(43)),
  having('49 headers', many(44)),
  having('205 headers', many(200)),
  one('a byte at a time', ...request()),
  one('half a request', halves(request())[0]),
  one('half a request and the end', halves(request())[0], 'FIN'),
  one('a request and the end', request(), 'FIN'),
  one('nothing and the end', 'FIN'),
  one('no HTTP at all', Buffer.from('\0\u0001\u0002\u0003\r\n\r\n')),
  one('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  one('the first bytes of TLS', Buffer.from('16030100050100000100', 'hex')),
  one('two requests in one write', request() + request()),
  one('a plain request, then an upgrade', plain, request()),
  one('a plain request and an upgrade in the same write', plain + request()),
  one('a refused request, then a valid one', request({ headers: { Origin: 'null' } }), request()),
  one('a message in the same write', Buffer.concat([Buffer.from(request()), frame(1, 'admin:1')])),
];

export const upgradeCases = [one('a usual request', request()), ...missing, ...values, ...lines, ...shapes];

function halves(text: string): [string, string] {
  return [text.slice(0, text.length - 30), text.slice(-30)];
}
