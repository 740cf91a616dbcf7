/** A question that a lost connection or Ctrl-Z interrupts. A hidden answer stays hidden. */
import { spawnSync } from 'node:child_process';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sallyport } from './built.ts';
import { ServerProcess } from './server-processes.ts';
import { CTRL_C, ENTER, Terminal } from './terminal.ts';

const [CTRL_U, CTRL_K, CTRL_A, CTRL_Y, CTRL_Z] = ['\u0015', '\u000b', '\u0001', '\u0019', '\u001a'];
const UNDO = '\u001f';

let server: ServerProcess;
let terminal: Terminal;

beforeEach(async () => {
  server = await ServerProcess.start('sallyport-ws', [], await freePort());
});
afterEach(async () => {
  terminal.kill();
  await server.stop('SIGKILL');
});

async function refusedOnce(): Promise<void> {
  terminal = new Terminal(['connect', server.url]);
  await terminal.shows(/^Username:$/);
  terminal.type(`admin${ENTER}`);
  await terminal.shows(/Password:$/);
  terminal.type(`wrong${ENTER}`);
  await terminal.shows(/submit again\nUsername:$/);
}

describe('A connection that is lost at the second question', () => {
  it('E23: neither shows nor sends a half-typed password, and the same question comes again', async () => {
    await refusedOnce();
    terminal.type(`admin${ENTER}`);
    await terminal.shows(/again\nUsername: admin\nPassword:$/);
    terminal.type('secretpa');
    await server.kill();
    await terminal.shows(/\* the connection is lost; trying again in \d+\.\d s/);
    server = await ServerProcess.start('sallyport-ws', [], server.port);
    await terminal.shows(/\nPassword of admin:$/);
    terminal.type(`${UNDO}123456${ENTER}`);
    await terminal.shows(/something else\n>$/);
    expect(server.log.map(({ event }) => event)).not.toContain('session.refused');
    expect(terminal.raw).not.toContain('secret');
  });

  it('keeps a half-typed username', async () => {
    await refusedOnce();
    terminal.type('adm');
    await terminal.shows(/Username: adm$/);
    await server.kill();
    await terminal.shows(/trying again/);
    server = await ServerProcess.start('sallyport-ws', [], server.port);
    await terminal.shows(/\nUsername: adm$/);
    terminal.type(`in${ENTER}123456${ENTER}`);
    await terminal.shows(/something else\n>$/);
  });
});

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;
if (!hasBash) console.warn('SKIPPED: Ctrl-Z and fg. There is no bash.');

describe.skipIf(!hasBash)('Ctrl-Z and fg', () => {
  beforeEach(async () => {
    terminal = new Terminal([], undefined, ['bash', '--norc', '--noprofile', '-i']);
    await terminal.shows(/[$#]$/);
    terminal.type(`PS1='sh: '${ENTER}`);
    await terminal.shows(/\nsh:$/);
    // Short names: bash prints the command again at `fg`, and it must fit on a line.
    terminal.type(`node=${process.execPath} cli=${sallyport} url=${server.url}${ENTER}`);
    await terminal.shows(/\nsh:$/);
    terminal.type(`clear; $node $cli connect $url${ENTER}`);
    await terminal.shows(/Username:$/);
  });

  async function suspendAndResume(): Promise<void> {
    terminal.type(CTRL_Z);
    await terminal.shows(/Stopped[^\n]*\nsh:$/);
    terminal.type(`clear; fg${ENTER}`);
  }

  it('suspend and resume sallyport at each question and in the middle of a line', async () => {
    terminal.type('ad');
    await terminal.shows(/Username: ad$/);
    await suspendAndResume();
    await terminal.shows(/Username: ad$/);
    terminal.type(`min${ENTER}`);
    await terminal.shows(/Password:$/);
    terminal.type('123');
    await suspendAndResume();
    await terminal.shows(/connect \$url[^\n]*\nPassword:$/);
    terminal.type(`456${ENTER}`);
    await terminal.shows(/something else\n>$/);
    terminal.type('half a li');
    await terminal.shows(/> half a li$/);
    await suspendAndResume();
    await terminal.shows(/> half a li$/);
    terminal.type(`ne${ENTER}`);
    await terminal.shows(/context: half a line\n>$/);
    await suspendAndResume();
    await terminal.shows(/connect \$url[^\n]*\n>$/);
    terminal.type(CTRL_C);
    await terminal.shows(/goodbye\nsh:$/);
    expect(terminal.raw).not.toContain('123');
  });
});

it('E23: Ctrl-Y does not paste what Ctrl-U and Ctrl-K cut from a password', async () => {
  terminal = new Terminal(['connect', server.url, '--username', 'admin']);
  await terminal.shows(/Password of admin:$/);
  terminal.type(`secret${CTRL_U}other${CTRL_A}${CTRL_K}123456${ENTER}`);
  await terminal.shows(/something else\n>$/);
  terminal.type(`${CTRL_Y}pasted${ENTER}`);
  await terminal.shows(/> pasted\n< your submit context: pasted\n>$/);
  expect(terminal.raw).not.toMatch(/secret|other/);
});
