/** `sallyport connect` in a real pseudo-terminal, with both real servers. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { freePort } from '@sallyport/test-fixtures/free-port';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isUnavailable, ServerProcess, servers } from './server-processes.ts';
import { CTRL_C, CTRL_D, ENTER, Terminal } from './terminal.ts';

const UP = '\u001b[A';
const LEFT = '\u001b[D';

let server: ServerProcess;
let terminal: Terminal | undefined;

async function signedIn(args: readonly string[] = [], { url } = server): Promise<Terminal> {
  terminal = new Terminal(['connect', url, ...args]);
  await terminal.shows(/Username:$/);
  terminal.type(`admin${ENTER}`);
  await terminal.shows(/Password:$/);
  terminal.type(`123456${ENTER}`);
  await terminal.shows(/\n>$/);
  return terminal;
}

describe.for(servers)('sallyport connect at a terminal, with %s,', (name) => {
  if (isUnavailable(name)) return it.skip('needs its binary');
  beforeAll(async () => {
    server = await ServerProcess.start(name);
  });
  beforeEach(() => server.forgetLog());
  afterEach(() => terminal?.kill());
  afterAll(() => server?.stop('SIGKILL'));

  it('asks for credentials, asks again after a refusal, exchanges messages, and ends at exit', async () => {
    terminal = new Terminal(['connect', server.url]);
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
    expect(await server.endOfSession()).toMatchObject({ code: 1000 });
  });

  it('shows the user and the attempts left, in the JSON protocol', async () => {
    terminal = new Terminal(['connect', server.url, '--json', '--username', 'admin']);
    await terminal.shows(/Password of admin:$/);
    terminal.type(`wrong${ENTER}`);
    await terminal.shows(/\* sorry, that is wrong; 4 attempts left\nPassword of admin:$/);
    terminal.type(`123456${ENTER}`);
    await terminal.shows(/\* signed in as admin; "exit" leaves\n>$/);
    terminal.type(`hello${ENTER}`);
    await terminal.shows(/\n> hello\n< your submit context: hello\n>$/);
  });

  it('E23: keeps the password off the screen, out of the history and out of the list of processes', async () => {
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

  it('takes lines typed ahead in order, and keeps the password hidden', async () => {
    terminal = new Terminal(['connect', server.url]);
    await terminal.shows(/Username:$/);
    terminal.type(['admin', '123456', 'one', 'two', ''].join(ENTER));
    await terminal.shows(/your submit context: one[\s\S]*your submit context: two/);
    expect(terminal.raw).not.toContain('123456');
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
  ])(
    'closes with 1000 and exit code 0 at %s, and does not claim that "exit" was entered',
    async (_name, key) => {
      const shown = await signedIn(['--frames']);
      shown.type(key);
      expect(await shown.ended).toBe(0);
      expect(shown.text).toMatch(/\n\* goodbye/);
      expect(shown.text).not.toContain('you have enter');
      expect(shown.text).toMatch(/→ close +11 1000 "user exit"/);
      expect(await server.endOfSession()).toMatchObject({ code: 1000 });
    },
  );

  it('ends at exit as the username', async () => {
    terminal = new Terminal(['connect', server.url]);
    await terminal.shows(/Username:$/);
    terminal.type(`exit${ENTER}`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toBe('Username: exit\nyou have enter "exit", goodbye');
  });

  it('ends at Ctrl-C during a question', async () => {
    terminal = new Terminal(['connect', server.url]);
    await terminal.shows(/Username:$/);
    terminal.type(`admin${ENTER}12`);
    await terminal.shows(/Password:$/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toMatch(/\n\* goodbye$/);
  });

  it('reconnects after the server was killed, and loses nothing that is typed', async () => {
    const doomed = await ServerProcess.start(name, [], await freePort());
    const shown = await signedIn([], doomed);
    shown.type(`before${ENTER}`);
    await shown.shows(/context: before\n>$/);
    shown.type('half a li');
    await shown.shows(/> half a li$/);
    await doomed.kill();
    await shown.shows(/\* the connection is lost; trying again in \d+\.\d s; Enter tries now\n> half a li$/);
    shown.type(`ne${ENTER}`);
    await shown.shows(/> half a line\n\* not connected: the message is sent after the next sign-in\n/);
    const restarted = await ServerProcess.start(name, [], doomed.port);
    await shown.shows(/\* connected again\n(.*\n)*< your submit context: half a line\n>$/);
    shown.type(`exit${ENTER}`);
    expect(await shown.ended).toBe(0);
    await restarted.stop();
  });

  it('shows a message without damage to the typed line, however long, wherever the cursor is', async () => {
    const shown = await signedIn();
    // No spaces: at the end of a row the emulator drops them.
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

it('sallyport connect asks for nothing at a wrong address', async () => {
  const stopped = await ServerProcess.start();
  await stopped.stop();
  terminal = new Terminal(['connect', stopped.url]);
  expect(await terminal.ended).toBe(3);
  expect(terminal.text).toMatch(/^sallyport: cannot connect to .* refused the connection/);
});
