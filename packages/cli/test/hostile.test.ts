/** A hostile server: its messages cannot control a terminal or imitate a prompt. A pipe gets them unchanged. */
import { accept, createSessions } from '@sallyport/core';
import { type Listening, serve, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pipe } from './pipe.ts';
import { ENTER, Terminal } from './terminal.ts';

const HOSTILE =
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J \u202egnp.exe\u202c a\u0008b\r\n\u001b[2J\u001b[HPassword: \u0000.';

let listening: Listening;
let terminal: Terminal | undefined;

beforeEach(async () => {
  const sessions = createSessions({
    clock: systemClock,
    authenticate: () => accept('\u001b[31mmallory\u202e'),
    application: (message) => (message === 'bytes' ? new Uint8Array([0x1b, 0x5b, 0x31, 0x6d]) : HOSTILE),
  });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  terminal?.kill();
  await listening.close();
});

it('E25: a hostile message cannot control a terminal', async () => {
  terminal = new Terminal(['connect', listening.url, '--json', '--frames']);
  await terminal.shows(/Username:$/);
  terminal.type(`a${ENTER}b${ENTER}`);
  await terminal.shows(/signed in as mallory; /);
  terminal.type(`x${ENTER}`);
  await terminal.shows(/\n< red {2}2?J? .*\n< Password: \./);
  terminal.type(`bytes${ENTER}`);
  await terminal.shows(/< 4 bytes: 1b 5b 31 6d \|\.\[1m\|/);
  // Readline's own sequences: where the cursor goes, and what is cleared.
  const own = new RegExp(`${'\u001b'}\\[(?:\\d*[ABCDGJK]|\\?2004[hl])`, 'g');
  expect(terminal.raw.replace(own, '')).not.toMatch(/[^\P{Cc}\r\n]|[\u202a-\u202e]/u);
});

it('E25: a hostile message reaches a pipe unchanged', async () => {
  const { stdout } = await pipe(['connect', listening.url, '-q'], 'a:b\nx\n');
  expect(stdout).toBe(`${HOSTILE}\n`);
});
