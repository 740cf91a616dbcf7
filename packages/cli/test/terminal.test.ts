/** The client as a person has it: in a real pseudo-terminal, against both real servers. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Gate, isUnavailable, servers, stablePort } from './server-processes.ts';
import { CTRL_C, CTRL_D, ENTER, Terminal } from './terminal.ts';

const UP = '\u001b[A';
const LEFT = '\u001b[D';

let gate: Gate;
let terminal: Terminal | undefined;

async function signedIn(args: readonly string[] = [], { url } = gate): Promise<Terminal> {
  terminal = new Terminal(['connect', url, ...args]);
  await terminal.shows(/Username:$/);
  terminal.type(`admin${ENTER}`);
  await terminal.shows(/Password:$/);
  terminal.type(`123456${ENTER}`);
  await terminal.shows(/\n>$/);
  return terminal;
}

describe.for(servers)('against %s', (server) => {
  if (isUnavailable(server)) return it.skip('needs its binary');
  beforeAll(async () => {
    gate = await Gate.start(server);
  });
  beforeEach(() => gate.forgetLog());
  afterEach(() => terminal?.kill());
  afterAll(() => gate?.stop('SIGKILL'));

  it('asks who it is, says when that is wrong and asks again, talks and leaves', async () => {
    terminal = new Terminal(['connect', gate.url]);
    await terminal.shows(/Username:$/);
    terminal.type(`admin${ENTER}`);
    await terminal.shows(/Password:$/);
    terminal.type(`wrong${ENTER}`);
    await terminal.shows(/< sorry, the username or password is wrong, please submit again\nUsername:$/);
    terminal.type(`admin${ENTER}`);
    await terminal.shows(/again\nUsername: admin\nPassword:$/);
    terminal.type(`1234567\u007f${ENTER}`);
    await terminal.shows(
      /< congratulation, you have connect with server\n< now, you can do something else\n>$/,
    );
    terminal.type(`hello${ENTER}`);
    await terminal.shows(/\n> hello\n< your submit context: hello\n>$/);
    terminal.type(`exit${ENTER}`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toMatch(/\n> exit\nyou have enter "exit", goodbye$/);
    expect(await gate.endOfSession()).toMatchObject({ code: 1000 });
  });

  it('in the JSON protocol it says who is signed in, and how many attempts are left', async () => {
    terminal = new Terminal(['connect', gate.url, '--json', '--username', 'admin']);
    await terminal.shows(/Password of admin:$/);
    terminal.type(`wrong${ENTER}`);
    await terminal.shows(/\* sorry, that is wrong; 4 attempts left\nPassword of admin:$/);
    terminal.type(`123456${ENTER}`);
    await terminal.shows(/\* signed in as admin; "exit" leaves\n>$/);
    terminal.type(`hello${ENTER}`);
    await terminal.shows(/\n> hello\n< your submit context: hello\n>$/);
  });

  it('E23: the password is not on the screen, not in the history, and not in the list of processes', async () => {
    const shown = await signedIn();
    if (existsSync('/proc/self/cmdline'))
      expect(readFileSync(`/proc/${shown.pid}/cmdline`, 'utf8')).not.toContain('123456');
    expect(execFileSync('ps', ['-o', 'args=', '-p', String(shown.pid)], { encoding: 'utf8' })).not.toContain(
      '123456',
    );
    shown.type(`first${ENTER}`);
    await shown.shows(/context: first\n>$/);
    shown.type(`${UP} again${ENTER}`);
    await shown.shows(/\n> first again\n< your submit context: first again\n>$/);
    // The history ends at the first message: there is nothing above it.
    shown.type(`${UP}${UP}${UP}nothing${ENTER}`);
    await shown.shows(/\n> nothing\n< your submit context: nothing\n>$/);
    expect(shown.raw).not.toContain('123456');
    expect(shown.raw).not.toContain('*'.repeat(6));
  });

  it('typed at once, all lines go where they belong, and the password stays unseen', async () => {
    terminal = new Terminal(['connect', gate.url]);
    await terminal.shows(/Username:$/);
    terminal.type(['admin', '123456', 'one', 'two', ''].join(ENTER));
    await terminal.shows(/your submit context: one[\s\S]*your submit context: two/);
    expect(terminal.raw).not.toContain('123456');
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
  ])(
    '%s ends the session with code 1000 and exit code 0, and does not claim that "exit" was entered',
    async (_name, key) => {
      const shown = await signedIn(['--frames']);
      shown.type(key);
      expect(await shown.ended).toBe(0);
      expect(shown.text).toMatch(/\n\* goodbye/);
      expect(shown.text).not.toContain('you have enter');
      expect(shown.text).toMatch(/→ close +11 1000 "user exit"/);
      expect(await gate.endOfSession()).toMatchObject({ code: 1000 });
    },
  );

  it('exit leaves at the question who it is', async () => {
    terminal = new Terminal(['connect', gate.url]);
    await terminal.shows(/Username:$/);
    terminal.type(`exit${ENTER}`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toBe('Username: exit\nyou have enter "exit", goodbye');
  });

  it('Ctrl-C leaves at a question as well', async () => {
    terminal = new Terminal(['connect', gate.url]);
    await terminal.shows(/Username:$/);
    terminal.type(`admin${ENTER}12`);
    await terminal.shows(/Password:$/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toMatch(/\n\* goodbye$/);
  });

  it('a server that is killed: says so, tries again visibly, is signed in again, and loses nothing that is typed', async () => {
    const mortal = await Gate.start(server, [], await stablePort());
    const shown = await signedIn([], mortal);
    shown.type(`before${ENTER}`);
    await shown.shows(/context: before\n>$/);
    shown.type('half a li');
    await shown.shows(/> half a li$/);
    await mortal.kill();
    await shown.shows(/\* the connection is lost; trying again in \d+\.\d s; Enter tries now\n> half a li$/);
    shown.type(`ne${ENTER}`);
    await shown.shows(/> half a line\n\* not connected: the message is sent after the next sign-in\n/);
    const restarted = await Gate.start(server, [], mortal.port);
    await shown.shows(/\* connected again\n(.*\n)*< your submit context: half a line\n>$/);
    shown.type(`exit${ENTER}`);
    expect(await shown.ended).toBe(0);
    await restarted.stop();
  });

  it('a message that comes does not tear the line that is typed, however long, wherever the cursor is', async () => {
    const shown = await signedIn();
    // No spaces: at the end of a row the screen does not tell them from nothing.
    const long = 'abcdefghijklmnopqrstuvwxyz-'.repeat(11);
    shown.type(`now${ENTER}${long}${LEFT.repeat(40)}`);
    await shown.shows(/context: now/);
    shown.type(`X${ENTER}`);
    const typed = `${long.slice(0, -40)}X${long.slice(-40)}`;
    const joined = () => shown.text.replace(/\n/g, '');
    await shown.until(() => joined().includes(`< your submit context: ${typed}`));
    expect(joined()).toContain(`> ${typed}<`);
  });
});

it('at a wrong address nobody is asked for anything', async () => {
  const stopped = await Gate.start();
  await stopped.stop();
  terminal = new Terminal(['connect', stopped.url]);
  expect(await terminal.ended).toBe(3);
  expect(terminal.text).toMatch(/^sallyport: cannot connect to .* refused the connection/);
});
