/** At a terminal: the history of earlier runs, pasted messages, and Enter while the client waits to try again. */
import { readFileSync } from 'node:fs';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sallyport } from './built.ts';
import { scratch } from './scratch.ts';
import { ServerProcess } from './server-processes.ts';
import { ENTER, Terminal } from './terminal.ts';

const UP = '\u001b[A';
const CTRL_R = '\u0012';

const at = scratch();
let server: ServerProcess;
let terminal: Terminal;

beforeEach(async () => {
  server = await ServerProcess.start('sallyport-ws', [], await freePort());
});
afterEach(async () => {
  terminal.kill();
  await server.stop();
});

async function signedIn(): Promise<Terminal> {
  terminal = new Terminal(['connect', server.url], undefined, [process.execPath, sallyport], at('state'));
  await terminal.shows(/Username:$/);
  terminal.type(`admin${ENTER}123456${ENTER}`);
  await terminal.shows(/something else\n>$/);
  return terminal;
}

it('E23: the messages of an earlier run are in the history, and the history file has no credentials', async () => {
  const first = await signedIn();
  first.type(`hello there${ENTER}`);
  await first.shows(/context: hello there\n>$/);
  first.type('\u001b[200~one\rtwo\u001b[201~');
  await first.shows(/send 2 lines as one message\? y\/n$/);
  first.type('y');
  await first.shows(/> one\n> two\n< your submit context: one\n< two\n>$/);
  first.type(`exit${ENTER}`);
  expect(await first.ended).toBe(0);
  expect(readFileSync(at('state/sallyport/history'), 'utf8')).toBe('"hello there"\n"one\\ntwo"\n');

  const second = await signedIn();
  second.type(`${UP}${ENTER}`);
  await second.shows(/< your submit context: one\n< two\n>$/);
  second.type(`${CTRL_R}there`);
  await second.shows(/\(history search\) there: hello there$/);
  second.type(ENTER);
  await second.shows(/> hello there\n< your submit context: hello there\n>$/);
});

it('Enter while the client waits makes it try again at once', async () => {
  const shown = await signedIn();
  await server.kill();
  // Each refused attempt doubles the wait, so that Enter makes a difference.
  for (
    let attempt = 1;
    !/trying again in [2-9]\d\.\d s; Enter tries now\n>$/.test(shown.text);
    attempt += 1
  ) {
    await shown.shows(new RegExp(`(trying again[\\s\\S]*){${attempt}}>$`));
    shown.type(ENTER);
  }
  server = await ServerProcess.start('sallyport-ws', [], server.port);
  const before = performance.now();
  shown.type(ENTER);
  await shown.shows(/\* connected again\n>$/);
  expect(performance.now() - before).toBeLessThan(18_000);
  expect(shown.text).not.toContain('your submit context');
});
