/** Headers of the upgrade request, and sign-ins by a token. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accept, createSessions, refuse } from '@sallyport/core';
import { attach, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Pipe, pipe } from './pipe.ts';
import { scratch } from './scratch.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln';
const at = scratch();
const server = createServer();
let headers: IncomingHttpHeaders = {};
let raw: string[] = [];
let url = '';

const sessions = createSessions({
  clock: systemClock,
  origins: ['https://app.example.org'],
  authenticate: (given) => (given.type === 'token' && given.token === TOKEN ? accept('ada') : refuse()),
  // The message "mute" has no answer.
  application: (message) => (message === 'mute' ? undefined : `said ${message}`),
});
attach(server, sessions);
server.on('upgrade', (request) => {
  headers = request.headers;
  raw = request.rawHeaders;
});

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

it.each([[], ['--json']])('a token from a file signs in, with %j', async (...options) => {
  writeFileSync(at('token'), `${TOKEN}\n`);
  const { code, stdout } = await pipe(
    ['connect', url, '-q', '--token-file', at('token'), ...options],
    'hello\n',
  );
  expect([code, stdout]).toEqual([0, 'said hello\n']);
});

it('a token in the first line signs in', async () => {
  const { code, stdout } = await pipe(['connect', url, '-q'], `Bearer ${TOKEN}\nhello\n`);
  expect([code, stdout]).toEqual([0, 'said hello\n']);
});

it('the error for a refused token names its file, and does not show it', async () => {
  writeFileSync(at('token'), 'wrong');
  const { code, stdout, stderr } = await pipe(['connect', url, '-q', '--token-file', at('token')], 'hello\n');
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toBe(`sallyport: not signed in: the server refused the token in ${at('token')}\n`);
});

it('--header, --header @file and --origin are sent', async () => {
  writeFileSync(at('headers'), 'Authorization: Basic x\n\nX-More: two\n');
  const given = [
    '--header',
    'X-More: one',
    '--header',
    `@${at('headers')}`,
    '--origin',
    'https://app.example.org',
  ];
  const { code } = await pipe(['connect', url, ...given], `Bearer ${TOKEN}\n`);
  expect(code).toBe(0);
  expect(headers).toMatchObject({
    origin: 'https://app.example.org',
    authorization: 'Basic x',
    'x-more': 'one, two',
  });
});

it('repeated headers are joined whatever their case, and names like __proto__ are ordinary', async () => {
  const given = ['X-A: 1', 'x-a: 2', 'constructor: x', '__proto__: y', 'toString: z'];
  const { code } = await pipe(
    ['connect', url, ...given.flatMap((header) => ['--header', header])],
    `Bearer ${TOKEN}\n`,
  );
  expect(code).toBe(0);
  expect(raw).toEqual(
    expect.arrayContaining(['X-A', '1', '2', 'constructor', 'x', '__proto__', 'y', 'toString', 'z']),
  );
  expect(raw.join()).not.toContain('function');
});

it('the error for a refused origin names --origin', async () => {
  const { code, stderr } = await pipe(['connect', url, '--origin', 'https://evil.example'], '');
  expect([code, stderr]).toEqual([3, expect.stringMatching(/does not allow this --origin/)]);
});

it('sallyport waits --wait seconds for replies, and reports those that did not come', async () => {
  const { code, stdout, stderr } = await pipe(
    ['connect', url, '-q', '--wait', '0.2'],
    `Bearer ${TOKEN}\nmute\nmute\nhello\n`,
  );
  expect([code, stdout]).toEqual([0, 'said hello\n']);
  expect(stderr).toBe('sallyport: 2 messages got no reply within 0.2 s (--wait)\n');
});

it('a message that the server pushes is printed when it arrives', async () => {
  const run = new Pipe(['connect', url, '-q']);
  run.write(`Bearer ${TOKEN}\nhello\n`);
  await run.shows(/said hello/);
  for (const session of sessions) session.send('pushed');
  await run.shows(/pushed\n/);
  run.process.stdin?.end();
  expect(await run.ended).toMatchObject({ code: 0, stdout: 'said hello\npushed\n' });
});
