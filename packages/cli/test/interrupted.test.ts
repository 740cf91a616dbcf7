/** A question that is interrupted: by the loss of the connection, by Ctrl-Z. What was typed unseen stays unseen. */
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sallyport } from './built.ts';
import { Gate, stablePort } from './server-processes.ts';
import { CTRL_C, ENTER, Terminal } from './terminal.ts';

const [CTRL_U, CTRL_K, CTRL_A, CTRL_Y, CTRL_Z] = ['\u0015', '\u000b', '\u0001', '\u0019', '\u001a'];
const UNDO = '\u001f';

let gate: Gate;
let terminal: Terminal;

beforeEach(async () => {
  gate = await Gate.start('sallyport-ws', [], await stablePort());
});
afterEach(async () => {
  terminal.kill();
  await gate.stop('SIGKILL');
});

async function refusedOnce(): Promise<void> {
  terminal = new Terminal(['connect', gate.url]);
  await terminal.shows(/^Username:$/);
  terminal.type(`admin${ENTER}`);
  await terminal.shows(/Password:$/);
  terminal.type(`wrong${ENTER}`);
  await terminal.shows(/submit again\nUsername:$/);
}

describe('the connection is lost at the second question', () => {
  it('E23: what was typed of a password is neither shown nor sent, and the question is the same again', async () => {
    await refusedOnce();
    terminal.type(`admin${ENTER}`);
    await terminal.shows(/again\nUsername: admin\nPassword:$/);
    terminal.type('secretpa');
    await gate.kill();
    await terminal.shows(/\* the connection is lost; trying again in \d+\.\d s/);
    gate = await Gate.start('sallyport-ws', [], gate.port);
    await terminal.shows(/\nPassword of admin:$/);
    terminal.type(`${UNDO}123456${ENTER}`);
    await terminal.shows(/something else\n>$/);
    expect(gate.log.map(({ event }) => event)).not.toContain('session.refused');
    expect(terminal.raw).not.toContain('secret');
  });

  it('who was typing a name goes on with it', async () => {
    await refusedOnce();
    terminal.type('adm');
    await terminal.shows(/Username: adm$/);
    await gate.kill();
    await terminal.shows(/trying again/);
    gate = await Gate.start('sallyport-ws', [], gate.port);
    await terminal.shows(/\nUsername: adm$/);
    terminal.type(`in${ENTER}123456${ENTER}`);
    await terminal.shows(/something else\n>$/);
  });
});

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;
if (!hasBash) console.warn('SKIPPED: Ctrl-Z and fg. There is no bash.');

describe.skipIf(!hasBash)('Ctrl-Z, and fg', () => {
  beforeEach(async () => {
    terminal = new Terminal([], undefined, ['bash', '--norc', '--noprofile', '-i']);
    await terminal.shows(/[$#]$/);
    terminal.type(`PS1='sh: '${ENTER}`);
    await terminal.shows(/\nsh:$/);
    // By short names: bash says the command again at `fg`, which is to fit on a line.
    terminal.type(`node=${process.execPath} cli=${sallyport} url=${gate.url}${ENTER}`);
    await terminal.shows(/\nsh:$/);
    terminal.type(`clear; $node $cli connect $url${ENTER}`);
    await terminal.shows(/Username:$/);
  });

  async function away(): Promise<void> {
    terminal.type(CTRL_Z);
    await terminal.shows(/Stopped[^\n]*\nsh:$/);
    terminal.type(`clear; fg${ENTER}`);
  }

  it('at each question, and in mid-line, it goes on', async () => {
    terminal.type('ad');
    await terminal.shows(/Username: ad$/);
    await away();
    await terminal.shows(/Username: ad$/);
    terminal.type(`min${ENTER}`);
    await terminal.shows(/Password:$/);
    terminal.type('123');
    await away();
    await terminal.shows(/connect \$url[^\n]*\nPassword:$/);
    terminal.type(`456${ENTER}`);
    await terminal.shows(/something else\n>$/);
    terminal.type('half a li');
    await terminal.shows(/> half a li$/);
    await away();
    await terminal.shows(/> half a li$/);
    terminal.type(`ne${ENTER}`);
    await terminal.shows(/context: half a line\n>$/);
    await away();
    await terminal.shows(/connect \$url[^\n]*\n>$/);
    terminal.type(CTRL_C);
    await terminal.shows(/goodbye\nsh:$/);
    expect(terminal.raw).not.toContain('123');
  });
});

it('E23: what was cut out of a password is not to be had by pasting it', async () => {
  terminal = new Terminal(['connect', gate.url, '--username', 'admin']);
  await terminal.shows(/Password of admin:$/);
  terminal.type(`secret${CTRL_U}other${CTRL_A}${CTRL_K}123456${ENTER}`);
  await terminal.shows(/something else\n>$/);
  terminal.type(`${CTRL_Y}said${ENTER}`);
  await terminal.shows(/> said\n< your submit context: said\n>$/);
  expect(terminal.raw).not.toMatch(/secret|other/);
});
