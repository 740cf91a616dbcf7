/** The throttle of a real server, as a user meets it at a terminal: strangers guess, and then the user signs in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Account, guessUntilClosed, makeAccount } from './guesses.ts';
import { isUnavailable, ServerProcess, servers } from './server-processes.ts';
import { ENTER, Terminal } from './terminal.ts';

let account: Account;
let server: ServerProcess;
let terminal: Terminal | undefined;

describe.for(servers)('against %s', (name) => {
  if (isUnavailable(name)) return it.skip('needs its binary');
  beforeEach(async () => {
    account = await makeAccount();
    server = await ServerProcess.start(name, ['--users', account.file]);
  });
  afterEach(async () => {
    terminal?.kill();
    await server.stop('SIGKILL');
    account.remove();
  });

  it('the right password gets in by itself after strangers have closed the account, and the user is told to wait', async () => {
    terminal = new Terminal(['connect', server.url, '--json', '--username', 'ada']);
    await terminal.shows(/Password of ada:$/);
    terminal.type(account.password);
    await guessUntilClosed(server.url, 'ada', 4_000);
    terminal.type(ENTER);
    await terminal.shows(
      /\* the server is not looking at sign-ins for this account right now; trying again by itself/,
    );
    await terminal.shows(/\* trying again in \d+ s$/);
    await terminal.shows(/\* signed in as ada; "exit" leaves\n>$/);
    terminal.type(`hello${ENTER}`);
    await terminal.shows(/\n> hello\n< your submit context: hello\n>$/);
    expect(terminal.text).not.toContain('wrong');
    expect(terminal.text).not.toContain(account.password);
  });
});
