/** `sallyport users` at a terminal: passwords are hidden, and new ones are typed twice. */
import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from './in-process.ts';
import { scratch } from './scratch.ts';
import { CTRL_C, ENTER, Terminal } from './terminal.ts';

const at = scratch();
let terminal: Terminal;
afterEach(() => terminal.kill());

it('users add asks for a new password twice, until both are the same', async () => {
  terminal = new Terminal(['users', 'add', 'ada', '--file', at('users')]);
  await terminal.shows(/New password of ada:$/);
  terminal.type(`lovelace${ENTER}`);
  await terminal.shows(/Repeat the password:$/);
  terminal.type(`lovelac${ENTER}`);
  await terminal.shows(/The passwords differ. Try again\.\nNew password of ada:$/);
  terminal.type(ENTER);
  await terminal.shows(/Repeat the password:$/);
  terminal.type(ENTER);
  await terminal.shows(/The password is empty. Try again\.\nNew password of ada:$/);
  terminal.type(`lovelace${ENTER}lovelace${ENTER}`);
  expect(await terminal.ended).toBe(0);
  expect(terminal.text).toMatch(/added ada$/);
  expect(terminal.raw).not.toContain('lovelac');

  terminal = new Terminal(['users', 'verify', 'ada', '--file', at('users')]);
  await terminal.shows(/^Password of ada:$/);
  terminal.type(`lovelace${ENTER}`);
  expect(await terminal.ended).toBe(0);
  expect(terminal.text).toMatch(/ada could sign in$/);
});

describe('sallyport users reports an error before it asks for a password', () => {
  beforeEach(async () => {
    await runInProcess(['users', 'add', 'ada', '--stdin', '--file', at('users')], 'lovelace\n');
  });

  it.each([
    ['add', 'a:b', 'users', 1, /: the name has a colon$/],
    ['add', '', 'users', 1, /: the name is empty$/],
    ['add', 'ada', 'users', 1, /: there is a user ada already; use passwd to change the password$/],
    ['add', 'bob', 'no/users', 3, /no\/users cannot be written \(ENOENT\)$/],
    ['add', 'bob', '.', 3, /cannot be read \(EISDIR\)$/],
    ['passwd', 'bob', 'users', 1, /: there is no user bob$/],
    ['passwd', 'bob', 'nowhere', 3, /nowhere cannot be read \(ENOENT\)$/],
    ['verify', 'bob', 'users', 1, /: there is no user bob$/],
    ['verify', 'bob', 'nowhere', 3, /nowhere cannot be read \(ENOENT\)$/],
  ])('%s %j in %s', async (command, name, file, exitCode, what) => {
    terminal = new Terminal(['users', command, name, '--file', at(file)]);
    await Promise.race([terminal.ended, terminal.shows(/assword of/).catch(() => {})]);
    expect(terminal.text).toMatch(what);
    expect(terminal.text).toMatch(/^sallyport: [^\n]+$/);
    expect(await terminal.ended).toBe(exitCode);
  });

  it('but passwd mends a line whose hash cannot be read', async () => {
    writeFileSync(at('users'), 'ada:nonsense\n');
    terminal = new Terminal(['users', 'passwd', 'ada', '--file', at('users')]);
    await terminal.shows(/New password of ada:$/);
    terminal.type(`lovelace${ENTER}lovelace${ENTER}`);
    expect(await terminal.ended).toBe(0);
  });
});

it('Ctrl-C ends users add, and changes nothing', async () => {
  terminal = new Terminal(['users', 'add', 'ada', '--file', at('users')]);
  await terminal.shows(/New password of ada:$/);
  terminal.type(`love${CTRL_C}`);
  expect(await terminal.ended).toBe(1);
  expect(terminal.text).toMatch(/cancelled; nothing was changed$/);
  expect(existsSync(at('users'))).toBe(false);
});
