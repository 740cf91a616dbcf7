/** What a user sees when the server acts by itself: it sends a message, times out, signs the user out, or stops. */
import { rmSync, writeFileSync } from 'node:fs';
import { accept, createSessions, refuse, type Sessions } from '@sallyport/core';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { type Listening, serve, systemClock } from '@sallyport/ws';
import { afterEach, expect, it } from 'vitest';
import { pipe } from './pipe.ts';
import { scratch } from './scratch.ts';
import { ENTER, Terminal } from './terminal.ts';

const UP = '\u001b[A';

const at = scratch();
let sessions: Sessions;
let listening: Listening;
let terminal: Terminal;

async function signedIn(limits: Parameters<typeof createSessions>[0]['limits'] = {}): Promise<void> {
  sessions = createSessions({
    clock: systemClock,
    limits,
    authenticate: (given) =>
      given.type === 'password' && given.password === 'right' ? accept('ada') : refuse(),
  });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
  terminal = new Terminal(['connect', listening.url, '--username', 'ada']);
  await terminal.shows(/Password of ada:$/);
  terminal.type(`right${ENTER}`);
  await terminal.shows(/\n>$/);
}

afterEach(async () => {
  terminal.kill();
  await listening.close();
});

it('a message that the server pushes shows above the line that the user types', async () => {
  await signedIn();
  terminal.type('half a li');
  await terminal.shows(/> half a li$/);
  for (const session of sessions) session.send('news\nof two lines');
  await terminal.shows(/\n< news\n< of two lines\n> half a li$/);
  terminal.type(`ne${ENTER}`);
  await terminal.shows(/> half a line\n< your submit context: half a line\n>$/);
});

it('a revoked sign-in ends sallyport with a message and exit code 1', async () => {
  await signedIn();
  sessions.revoke('ada');
  expect(await terminal.ended).toBe(1);
  expect(terminal.text).toMatch(/\nsallyport: the server has signed you out$/);
});

it('the text of a close by the application is quoted', async () => {
  await signedIn();
  for (const session of sessions) session.close('that is all, \u001b[31mfolks');
  expect(await terminal.ended).toBe(1);
  expect(terminal.text).toMatch(/sallyport: the server closed the session: "that is all, folks"$/);
});

it('after an idle timeout, the next line connects again', async () => {
  await signedIn({ idleMs: 1_000 });
  await terminal.shows(
    /\* the server closed the session: it received no message for too long; your next message connects again/,
  );
  terminal.type(`hello${ENTER}`);
  await terminal.shows(/\* connected again[\s\S]*< your submit context: hello\n>$/);
});

it('a user who types longer than the server waits is connected again', async () => {
  let markClosed = () => {};
  const timedOut = new Promise<void>((resolve) => {
    markClosed = resolve;
  });
  sessions = createSessions({
    clock: systemClock,
    limits: { authenticationMs: 300 },
    authenticate: (given) =>
      given.type === 'password' && given.password === 'right' ? accept('ada') : refuse(),
    observe: { closed: () => markClosed() },
  });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
  terminal = new Terminal(['connect', listening.url]);
  await terminal.shows(/Username:$/);
  terminal.type(`ada${ENTER}`);
  await terminal.shows(/Password:$/);
  await timedOut;
  terminal.type(`right${ENTER}`);
  await terminal.shows(
    /< congratulation, you have connect with server\n< now, you can do something else\n>$/,
  );
});

it('after too many wrong passwords, sallyport says so, connects again and asks again', async () => {
  await signedIn();
  terminal.kill();
  terminal = new Terminal(['connect', listening.url, '--json', '--username', 'ada']);
  for (const left of [4, 3, 2, 1, 0]) {
    await terminal.shows(new RegExp(`(^|${left + 1} attempts? left\\n)Password of ada:$`));
    terminal.type(`wrong${ENTER}`);
  }
  await terminal.shows(
    /\* too many wrong usernames or passwords; .*; trying again in .* s; Enter tries now\nPassword of ada:$/,
  );
  terminal.type(`right${ENTER}`);
  await terminal.shows(/\* signed in as ada; "exit" leaves\n>$/);
});

it('a question after a reconnect keeps the history, and does not take a half-typed line as its answer', async () => {
  let right = 'right';
  const port = await freePort();
  const open = () => {
    sessions = createSessions({
      clock: systemClock,
      authenticate: (given) =>
        given.type === 'password' && given.password === right ? accept('ada') : refuse(),
    });
    return serve(sessions, { host: '127.0.0.1', port });
  };
  listening = await open();
  terminal = new Terminal(['connect', listening.url]);
  await terminal.shows(/Username:$/);
  terminal.type(`ada${ENTER}right${ENTER}first${ENTER}half a li`);
  await terminal.shows(/context: first\n> half a li$/);
  right = 'other';
  await listening.close();
  listening = await open();
  await terminal.shows(/\* the server is stopping or restarting; trying again[\s\S]*< sorry, .*\nUsername:$/);
  terminal.type(`ada${ENTER}`);
  await terminal.shows(/Username: ada\nPassword:$/);
  // An arrow key brings nothing into a password either.
  terminal.type(`${UP}other${ENTER}`);
  await terminal.shows(/\* connected again\n>$/);
  terminal.type(`${UP}${ENTER}`);
  await terminal.shows(/connected again\n> first\n< your submit context: first\n>$/);
  expect(terminal.raw).not.toMatch(/right|other/);
});

it('a token file that has disappeared at a reconnect is named, and ends sallyport', async () => {
  writeFileSync(at('token'), 'abc');
  const port = await freePort();
  const open = () => {
    sessions = createSessions({ clock: systemClock, authenticate: () => accept('ada') });
    return serve(sessions, { host: '127.0.0.1', port });
  };
  listening = await open();
  terminal = new Terminal(['connect', listening.url, '--token-file', at('token')]);
  await terminal.shows(/something else\n>$/);
  rmSync(at('token'));
  await listening.close();
  listening = await open();
  expect(await terminal.ended).toBe(4);
  expect(terminal.text.replaceAll('\n', '')).toContain(
    `sallyport: --token-file: ${at('token')} cannot be read (ENOENT)`,
  );
});

it('a message that was too big for this server is named with its size, and the default limit as a default', async () => {
  await signedIn({ messageBytes: 50 });
  terminal.type(`short${ENTER}`);
  await terminal.shows(/context: short\n>$/);
  terminal.type(`${'x'.repeat(60)}${ENTER}`);
  expect(await terminal.ended).toBe(1);
  expect(terminal.text.replace(/\n/g, '')).toMatch(
    /a message was too big: the largest had 60 bytes, and this server accepts less \(the default is 65536\)$/,
  );
});

it('a message that is larger than the default limit is named with the bytes on the wire, also in a pipe', async () => {
  await signedIn();
  const run = await pipe(
    ['connect', listening.url, '--json', '--username', 'ada'],
    `right\n${'y'.repeat(66_000)}\n`,
  );
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(
    /a message was too big: the largest had 66028 bytes, and a Sallyport accepts 65536 by default/,
  );
});

it('credentials that were too big are named with their size', async () => {
  sessions = createSessions({ clock: systemClock, authenticate: () => refuse() });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
  terminal = new Terminal(['connect', listening.url, '--username', 'ada']);
  await terminal.shows(/Password of ada:$/);
  terminal.type(`${'p'.repeat(5_000)}${ENTER}`);
  expect(await terminal.ended).toBe(1);
  const text = terminal.text.replace(/\n/g, '');
  expect(text).toMatch(
    /the largest had 5004 bytes, and a Sallyport accepts 4096 before the sign-in by default$/,
  );
});
