/** A user changes the size of the terminal window while a line is on the screen. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess } from './server-processes.ts';
import { ENTER, Terminal } from './terminal.ts';

const CTRL_R = '\u0012';
const CLEARED = '\u001b[0J';
const ROWS = 30;
const LONG = 'abcdefghijklmnopqrstuvwxyz-'.repeat(3);
/** Readline has drawn the line, and then moves the cursor. */
const EDITED = new RegExp(`${LONG} ?\u001b\\[\\d+G`);

let server: ServerProcess;
let terminal: Terminal;

beforeAll(async () => {
  server = await ServerProcess.start('sallyport-ws');
});
afterEach(() => terminal?.kill());
afterAll(() => server?.stop('SIGKILL'));

async function question(name: string, size: object): Promise<void> {
  terminal = new Terminal(['connect', server.url, '--username', name], { cols: 100, rows: ROWS, ...size });
  await terminal.shows(new RegExp(`Password of ${name}:$`));
}

async function signedIn(size: object): Promise<void> {
  await question('admin', size);
  terminal.type(`123456${ENTER}`);
  await terminal.shows(/\n>$/);
}

/** Resizes the window, and waits until the client has drawn its line anew. `drawn`: how what it draws after the clearing ends. */
async function resize(cols: number, drawn: RegExp): Promise<void> {
  const before = terminal.raw.length;
  terminal.resize(cols, ROWS);
  await terminal.until(() => {
    const output = terminal.raw.slice(before);
    const cleared = output.lastIndexOf(CLEARED);
    return cleared >= 0 && drawn.test(output.slice(cleared + CLEARED.length));
  });
  await terminal.settled();
}

const withoutLineEnds = () => terminal.text.replace(/\n/g, '');
const count = (what: string) => withoutLineEnds().split(what).length - 1;

const terminals = [
  ['wraps the line anew and answers', { reflows: true }],
  ['keeps the rows and answers', { reflows: false }],
  ['keeps the rows and never answers', { reflows: false, answers: false }],
] as const;

// The client takes a terminal that has not answered after a second for one that never answers. On a busy machine that can happen.
const tries = { retry: 3 };

describe.each(terminals)('a terminal that %s', tries, (_, size) => {
  it('shows a typed line once at every width, and the output above it stays', async () => {
    await signedIn(size);
    terminal.type(LONG);
    await terminal.until(() => withoutLineEnds().endsWith(LONG));
    for (const cols of [30, 70, 20, 100, 47]) {
      await resize(cols, EDITED);
      expect([cols, count(LONG), count('> abc'), count('abcdefg')]).toEqual([cols, 1, 1, 3]);
      expect(withoutLineEnds()).toContain('congratulation');
      expect(withoutLineEnds()).toMatch(/you can do something else *> abc/);
    }
    terminal.type(ENTER);
    await terminal.until(() => withoutLineEnds().includes(`< your submit context: ${LONG}`));
    expect(count('> abc')).toBe(1);
  });

  it('shows the question before a paste once at every width', async () => {
    await signedIn(size);
    terminal.type('\u001b[200~one\ntwo\u001b[201~');
    await terminal.shows(/send 2 lines as one message\? y\/n$/);
    for (const cols of [12, 60, 9, 100]) {
      await resize(cols, /send/);
      expect([cols, count('send')]).toEqual([cols, 1]);
      expect(withoutLineEnds()).toMatch(/something else *send/);
    }
    terminal.type('y');
    await terminal.shows(/context: one\n/);
    expect(count('send')).toBe(0);
  });

  it('shows the history search once at every width', async () => {
    await signedIn(size);
    terminal.type(`${LONG}${ENTER}`);
    await terminal.until(() => withoutLineEnds().includes(`context: ${LONG}`));
    terminal.type(`${CTRL_R}xyz`);
    await terminal.shows(/\(history search\) xyz: abc/);
    for (const cols of [40, 80, 30]) {
      await resize(cols, /\(history/);
      expect([cols, count('(history')]).toEqual([cols, 1]);
    }
    terminal.type('\u0003');
    await terminal.shows(/\n>$/);
    expect(count('(history')).toBe(0);
  });

  it('shows the question for a password once at every width, and not the password', async () => {
    const name = 'a-name-that-is-rather-long';
    const label = `Password of ${name}: `;
    await question(name, size);
    terminal.type('secret');
    for (const cols of [20, 70, 10, 100]) {
      // At the end of a full row a space and a return follow.
      await resize(cols, label.length % cols === 0 ? new RegExp(`${label} \r`) : new RegExp(label));
      expect([cols, count('Password of')]).toEqual([cols, 1]);
    }
    expect(terminal.raw).not.toContain('secret');
  });
});

it('an answer of the terminal that comes late is not typed into the line', async () => {
  await signedIn({ answers: false });
  terminal.type(LONG);
  await terminal.until(() => withoutLineEnds().endsWith(LONG));
  await resize(30, EDITED);
  terminal.type(`\u001b[12;20R!${ENTER}`);
  await terminal.until(() => withoutLineEnds().includes(`< your submit context: ${LONG}!`));
});
