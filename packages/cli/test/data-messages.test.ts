/** Messages with JSON values, and refused messages, as the terminal client shows them. */
import { accept, createSessions, RequestError } from '@sallyport/core';
import { type Listening, serve, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pipe } from './pipe.ts';

let listening: Listening;

beforeEach(async () => {
  const sessions = createSessions({
    clock: systemClock,
    authenticate: () => accept('admin'),
    application: (message) => {
      if (message === 'refuse') throw new RequestError('room.full', 'the room\u001b[2J is full');
      return { data: { room: 'a', heard: message } };
    },
  });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
});
afterEach(() => listening.close());

it('a JSON value is printed as one line of JSON', async () => {
  const { stdout, code } = await pipe(['connect', listening.url, '-q', '--json'], 'a:b\nhello\n');
  expect(stdout).toBe('{"room":"a","heard":"hello"}\n');
  expect(code).toBe(0);
});

it('a message that the server refuses is a note on standard error, and the talk goes on', async () => {
  const { stdout, stderr, code } = await pipe(
    ['connect', listening.url, '-q', '--json'],
    'a:b\nrefuse\nhello\n',
  );
  expect(stderr).toBe('sallyport: the server refused a message: the room is full (room.full)\n');
  expect(stdout).toBe('{"room":"a","heard":"hello"}\n');
  expect(code).toBe(0);
});
