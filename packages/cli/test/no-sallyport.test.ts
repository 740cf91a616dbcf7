/** A WebSocket server of another kind: it never answers the sign-in, and gets the password once. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { pipe } from './pipe.ts';
import { ENTER, Terminal } from './terminal.ts';

// The client abandons a sign-in without an answer after 10 s.

const WORDS =
  /sallyport: the server did not answer the sign-in: it does not seem to be a Sallyport; check host, port and path\s*$/;

let server: WebSocketServer;
let url = '';
const received: string[] = [];

beforeEach(async () => {
  received.length = 0;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      received.push(String(data));
      socket.send(String(data));
    }),
  );
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

it('a server that is not a Sallyport is recognised, and sallyport exits with 4', async () => {
  const terminal = new Terminal(['connect', url, '--username', 'ada']);
  const piped = pipe(['connect', url, '-q'], 'ada:secret\nhello\n');
  await terminal.shows(/Password of ada:$/);
  terminal.type(`secret${ENTER}`);
  expect(await terminal.ended).toBe(4);
  expect(terminal.text).toMatch(WORDS);
  expect(await piped).toEqual({ code: 4, stdout: '', stderr: expect.stringMatching(WORDS) });
  expect(received).toEqual(['ada:secret', 'ada:secret']);
});
