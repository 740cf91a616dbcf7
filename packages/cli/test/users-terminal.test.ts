/** `sallyport users` for a person: passwords typed unseen, and twice where they are new. */
import { existsSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { scratch } from './scratch.ts';
import { CTRL_C, ENTER, Terminal } from './terminal.ts';

vi.setConfig({ testTimeout: 20_000 });

const at = scratch();
let terminal: Terminal;
afterEach(() => terminal.kill());

it('a new password is asked for twice, until both are the same', async () => {
  terminal = new Terminal(['users', 'add', 'ada', '--file', at('users')]);
  await terminal.shows(/New password of ada:$/);
  terminal.type(`lovelace${ENTER}`);
  await terminal.shows(/The same again:$/);
  terminal.type(`lovelac${ENTER}`);
  await terminal.shows(/They differ: once more\.\nNew password of ada:$/);
  terminal.type(ENTER);
  await terminal.shows(/again:$/);
  terminal.type(ENTER);
  await terminal.shows(/It is empty: once more\.\nNew password of ada:$/);
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

it('Ctrl-C leaves, and nothing is changed', async () => {
  terminal = new Terminal(['users', 'add', 'ada', '--file', at('users')]);
  await terminal.shows(/New password of ada:$/);
  terminal.type(`love${CTRL_C}`);
  expect(await terminal.ended).toBe(1);
  expect(terminal.text).toMatch(/left, and nothing was changed$/);
  expect(existsSync(at('users'))).toBe(false);
});
