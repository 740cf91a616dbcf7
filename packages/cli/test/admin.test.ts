/** `sallyport admin`, against a real admin listener. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allow, type Broker, createChannels, createMemoryBroker } from '@sallyport/channels';
import { accept, createSessions } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { adminHandler, listenAdmin } from '@sallyport/operations';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';

const closers: (() => unknown)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-admin-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(folder, { recursive: true });
});

async function server(token?: string, broker?: Broker) {
  const clock = new SimulatedClock();
  const channels = createChannels({
    authorize: () => allow(),
    clock,
    random: () => 0.5,
    ...(broker && { broker }),
  });
  const sessions = createSessions({
    authenticate: (given) => accept('username' in given ? given.username : 'x'),
    clock,
    channels,
  });
  const signIn = (user: string) => {
    const connection = new RecordingConnection();
    connection.answersClose = true;
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    receiver.receive(`${user}:x`, user.length + 2);
    return connection;
  };
  const handler = adminHandler({ sessions, channels, token });
  const { url, close } = await listenAdmin(handler, { host: '127.0.0.1', port: 0 });
  closers.push(close);
  const admin = (command: string, ...args: string[]) =>
    runInProcess(['admin', command, ...args, '--url', url]);
  return { sessions, channels, signIn, admin, url };
}

it('sessions lists the sessions, with filters, and as JSON', async () => {
  const { signIn, admin } = await server();
  signIn('ada');
  signIn('bob');
  expect(await admin('sessions')).toEqual({
    code: 0,
    stdout: '1  established.steady  ada  192.0.2.1  text\n2  established.steady  bob  192.0.2.1  text\n',
    stderr: '',
  });
  expect((await admin('sessions', '--user', 'bob', '--json')).stdout).toBe(
    '{"id":2,"state":"established.steady","user":"bob","address":"192.0.2.1","protocol":"text"}\n',
  );
  expect((await admin('sessions', '--state', 'authenticating')).stdout).toBe('');
  expect((await admin('sessions', '--limit', '1')).stdout).toMatch(/^1 .*\n$/);
});

it('sessions lists more than one page', async () => {
  const { signIn, admin } = await server();
  for (let user = 0; user < 1_100; user += 1) signIn(`u${user}`);
  expect((await admin('sessions')).stdout.match(/\n/g)).toHaveLength(1_100);
});

it('kick closes a session, and refuses one that has just left', async () => {
  const { signIn, admin, sessions } = await server();
  signIn('ada');
  expect(await admin('kick', '1')).toEqual({ code: 0, stdout: 'closed session 1\n', stderr: '' });
  expect(sessions.size).toBe(0);
  expect(await admin('kick', '1')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'sallyport: the server refused it: there is no session 1: it may have ended\n',
  });
});

it('revoke ends the sessions of a user', async () => {
  const { signIn, admin } = await server();
  const connection = signIn('a b/c');
  expect((await admin('revoke', 'a b/c')).stdout).toBe(
    'ended 1 session of a b/c on this server, and any on servers that share its broker\n',
  );
  expect(connection.recorded.at(-1)).toMatchObject({ close: 4403 });
});

it('E47: revoke ends with code 1 and says why if the other servers do not have it yet', async () => {
  const broker = createMemoryBroker({ clock: new SimulatedClock(), random: () => 0.5 });
  broker.append = async () => ({ type: 'unavailable' });
  const { signIn, admin } = await server(undefined, broker);
  const connection = signIn('ada');
  expect(await admin('revoke', 'ada')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'sallyport: ended 1 session of ada on this server, but not on others: its broker is unavailable. The server tries again while it runs; repeat the command when the broker is back\n',
  });
  expect(connection.recorded.at(-1)).toMatchObject({ close: 4403 });
});

it('users remove --revoke removes the user from the file and ends the sessions', async () => {
  const { signIn, admin, url } = await server();
  const file = join(folder, 'users');
  writeFileSync(file, '# ours\nada:$2y$05$abcdefghijklmnopqrstuuOZTVnNZEkIdtOvRPb7RmQmLKiOVpnJO\n');
  const connection = signIn('ada');
  const remove = (...args: string[]) => runInProcess(['users', 'remove', 'ada', '--file', file, ...args]);
  expect(await remove('--url', url)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--url and --token-file need --revoke'),
  });
  expect(await remove('--revoke', '--url', 'ws://a')).toMatchObject({ code: 2 });
  expect(readFileSync(file, 'utf8')).toContain('ada:');
  expect(await remove('--revoke', '--url', url)).toEqual({
    code: 0,
    stdout: 'removed ada\nended 1 session of ada on this server, and any on servers that share its broker\n',
    stderr: '',
  });
  expect(readFileSync(file, 'utf8')).toBe('# ours\n');
  expect(connection.recorded.at(-1)).toMatchObject({ close: 4403 });
  // A user who is not in the file is not revoked.
  signIn('ada');
  expect((await remove('--revoke', '--url', url)).code).toBe(1);
  expect((await admin('sessions')).stdout).toContain('ada');
});

it('publish publishes JSON or a text, once for each key, and channels lists', async () => {
  const { admin, channels } = await server();
  expect((await admin('publish', 'news', '{"a":1}', '--key', 'k')).stdout).toBe('published at offset 1\n');
  expect((await admin('publish', 'news', '{"a":1}', '--key', 'k')).stdout).toBe('published at offset 1\n');
  expect((await admin('publish', 'news', 'hi there')).stdout).toBe('published at offset 2\n');
  expect(channels.counters.publishUnavailable).toBe(0);
  expect(await admin('channels')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await admin('publish', 'a b', '1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('channel must be'),
  });
});

it('a token comes from a file; a missing or wrong one ends with code 4, and is never printed', async () => {
  const token = '0123456789abcdef0123456789abcdef';
  const { admin } = await server(token);
  const file = join(folder, 'token');
  writeFileSync(file, `${token}\n`);
  expect((await admin('sessions', '--token-file', file)).code).toBe(0);
  expect(await admin('sessions')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('give --token-file'),
  });
  writeFileSync(file, `${token}x\n`);
  const { code, stderr } = await admin('sessions', '--token-file', file);
  expect(code).toBe(4);
  expect(stderr).not.toContain(token);
});

it('a server that does not answer, or answers otherwise, ends with code 3', async () => {
  expect(await runInProcess(['admin', 'sessions', '--url', 'http://127.0.0.1:1'])).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/does not answer \(.*\): is the server running with --admin-port\?/),
  });
  const other = createServer((_request, response) => response.writeHead(200).end('<html>')).listen(
    0,
    '127.0.0.1',
  );
  closers.push(() => other.close());
  const { port } = (await new Promise<AddressInfo>((resolve) =>
    other.once('listening', () => resolve(other.address() as AddressInfo)),
  )) as AddressInfo;
  expect(await runInProcess(['admin', 'sessions', '--url', `http://127.0.0.1:${port}`])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('does not answer as an admin listener'),
  });
});

it.each([
  [['sessions', '--url', 'ws://a'], /must be such as http:/],
  [['sessions', '--limit', '0'], /whole number/],
  [['kick'], /missing required argument 'id'/],
  [['kik', '1'], /unknown command 'kik'/],
])('%j is wrong usage', async (args, message) => {
  const { code, stderr } = await runInProcess(['admin', ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
