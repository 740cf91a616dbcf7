/** A server that postpones sign-ins and gives device tokens, at a terminal and in a pipe. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Pipe, pipe } from './pipe.ts';
import { scratch } from './scratch.ts';
import { CTRL_C, ENTER, Terminal } from './terminal.ts';

type Message = Record<string, unknown>;
/** The server's answer to an attempt. The first attempt has number 1. */
type Answer = (attempt: number, socket: WebSocket) => object;

const accepted = { type: 'authenticated', user: 'admin', deviceToken: 'c2VjcmV0' };
const refused = { type: 'refused', attemptsLeft: 4 };
const postponed = { type: 'postponed', retryInMs: 1_000 };
const later: Answer = (attempt) => (attempt === 1 ? postponed : accepted);

let server: WebSocketServer;
let attempts: Message[];
let answer: Answer;
let url: string;
let terminal: Terminal | undefined;

beforeEach(async () => {
  attempts = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      if (message['type'] !== 'authenticate') return socket.send(String(data));
      attempts.push(message);
      socket.send(JSON.stringify(answer(attempts.length, socket)));
    });
  });
});
afterEach(() => {
  terminal?.kill();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

const passwords = () => attempts.map(({ password }) => password);

describe('A postponed sign-in in a pipe', () => {
  it('is reported on standard error, and succeeds once the server verifies it', async () => {
    answer = later;
    const run = await pipe(['connect', url, '--json'], 'admin:123456\nhello\nexit\n');
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(
      /\nsallyport: the server is not looking at sign-ins for this account right now; trying again in [12] s\n/,
    );
    expect([run.stdout, passwords()]).toEqual(['hello\n', ['123456', '123456']]);
  });

  it('is repeated over another connection if the server has closed the first', async () => {
    answer = (attempt, socket) => {
      if (attempt === 1) setImmediate(() => socket.close(4408, 'not signed in in time'));
      return later(attempt, socket);
    };
    const run = await pipe(['connect', url, '--json', '--quiet'], 'admin:123456\nhello\n');
    expect([run.code, run.stdout, passwords()]).toEqual([0, 'hello\n', ['123456', '123456']]);
  });

  it('that is refused in the end, without a further line, ends with exit code 4', async () => {
    answer = (attempt) => (attempt === 1 ? postponed : refused);
    const run = await pipe(['connect', url, '--json'], 'admin:1\n');
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/not signed in: the username or password is wrong\n$/);
    expect(passwords()).toEqual(['1', '1']);
  });

  it('a signal ends the wait', async () => {
    answer = () => ({ type: 'postponed', retryInMs: 3_600_000 });
    const run = new Pipe(['connect', url, '--json']);
    run.write('admin:123456\n');
    await run.shows(/trying again in \d{4} s\n/);
    run.process.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    expect(attempts).toHaveLength(1);
  });
});

describe('A postponed sign-in at a terminal', () => {
  async function postponedAt(): Promise<Terminal> {
    terminal = new Terminal(['connect', url, '--json', '--username', 'admin']);
    await terminal.shows(/Password of admin:$/);
    terminal.type(`123456${ENTER}`);
    await terminal.shows(
      /\* the server is not looking at sign-ins for this account right now; trying again by itself until it does; Ctrl-C stops\n\* trying again in \d+ s$/,
    );
    return terminal;
  }

  it('is reported once, with a countdown, and succeeds once the server verifies it', async () => {
    answer = (attempt) => (attempt < 3 ? { type: 'postponed', retryInMs: 2_500 } : accepted);
    const shown = await postponedAt();
    await shown.shows(/\n\* trying again in 2 s$/);
    await shown.shows(/Ctrl-C stops\n\* signed in as admin; "exit" leaves\n>$/);
    expect(shown.text.match(/not looking/g)).toHaveLength(1);
    expect(passwords()).toEqual(['123456', '123456', '123456']);
  });

  it('can be stopped by Ctrl-C', async () => {
    answer = () => ({ type: 'postponed', retryInMs: 3_600_000 });
    const shown = await postponedAt();
    shown.type(CTRL_C);
    expect(await shown.ended).toBe(0);
    expect(shown.text).toMatch(/Ctrl-C stops\n\* goodbye$/);
  });

  it('that is refused in the end asks for the password again', async () => {
    answer = (attempt) => (attempt === 1 ? postponed : refused);
    const shown = await postponedAt();
    await shown.shows(/Ctrl-C stops\n\* sorry, that is wrong; 4 attempts left\nPassword of admin:$/);
  });
});

describe('The device token', () => {
  const path = scratch();
  const devices = () => join(path('state'), 'sallyport', 'devices');

  it('is kept, sent at the next sign-in, and never shown', async () => {
    answer = () => accepted;
    const env = { XDG_STATE_HOME: path('state') };
    const input = 'admin:123456\nhello\nexit\n';
    const first = await pipe(['connect', url, '--json', '--frames'], input, env);
    const [file] = readdirSync(devices());
    expect(JSON.parse(readFileSync(join(devices(), String(file)), 'utf8'))).toMatchObject({
      token: 'c2VjcmV0',
    });
    const second = await pipe(['connect', url, '--json', '--frames'], input, env);
    expect(attempts.map(({ deviceToken }) => deviceToken)).toEqual([undefined, 'c2VjcmV0']);
    for (const run of [first, second]) {
      expect(run.code).toBe(0);
      expect(run.stdout + run.stderr).not.toContain('c2VjcmV0');
      expect(run.stderr).toMatch(/← text .* \(credentials, not shown\)/);
    }
  });

  it('is not needed: a sign-in succeeds where it cannot be kept', async () => {
    answer = () => accepted;
    const run = await pipe(['connect', url, '--json'], 'admin:123456\nhello\nexit\n', {
      XDG_STATE_HOME: '/dev/null/state',
    });
    expect([run.code, run.stdout]).toEqual([0, 'hello\n']);
  });
});
