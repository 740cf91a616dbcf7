/** A talk in a pipe that is cut short, by either end of it: it is over at once, and says so in one line. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { accept, createSessions, type Sessions } from '@sallyport/core';
import { type Listening, serve, systemClock } from '@sallyport/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sallyport } from './built.ts';
import { type Outcome, Pipe } from './pipe.ts';
import { scratch } from './scratch.ts';

/** Longer than any test has. */
const PATIENT = ['--wait', '1000'];
const at = scratch();

let sessions: Sessions;
let listening: Listening;
let heard: () => void;
let isHeard: Promise<void>;

beforeEach(async () => {
  isHeard = new Promise((resolve) => {
    heard = resolve;
  });
  sessions = createSessions({
    clock: systemClock,
    authenticate: () => accept('ada'),
    application: (message) => {
      if (message !== 'mute') return `said ${message}`;
      heard();
      return undefined;
    },
  });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
});
afterEach(() => listening.close());

/** One message has been sent that will have no reply. */
async function waiting(): Promise<Pipe> {
  const run = new Pipe(['connect', listening.url, ...PATIENT]);
  run.say('a:b\nmute\n');
  await isHeard;
  return run;
}

describe('while a reply is awaited', () => {
  it('the server closes: no prompt comes after it', async () => {
    const run = await waiting();
    for (const session of sessions) session.close('that is all');
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /sallyport: the server closed the session: "that is all"; 1 message without a reply\n$/,
    );
  });

  it('a signal comes', async () => {
    const run = await waiting();
    run.process.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143, stderr: expect.stringMatching(/context: $/) });
  });
});

/** A device that is always full: writing to it fails with ENOSPC. */
const FULL = '/dev/full';
if (!existsSync(FULL)) console.warn(`SKIPPED: standard output that cannot be written. There is no ${FULL}.`);

describe.skipIf(!existsSync(FULL))('standard output is full', () => {
  async function intoFull(args: readonly string[], input = ''): Promise<Outcome> {
    const full = openSync(FULL, 'w');
    const run = new Pipe(args, {}, full);
    closeSync(full);
    run.process.stdin?.end(input);
    return run.ended;
  }
  const refusal = {
    code: 1,
    stderr: expect.stringMatching(
      /^(please enter .*)?\n?sallyport: standard output cannot be written \(ENOSPC\)\n$/,
    ),
  };

  it('in a talk', async () => {
    expect(await intoFull(['connect', listening.url, ...PATIENT], 'a:b\nhello\nexit\n')).toMatchObject(
      refusal,
    );
    expect(await intoFull(['connect', listening.url, '-q', ...PATIENT], 'a:b\nhello\nexit\n')).toMatchObject(
      refusal,
    );
  });

  it('of the users commands, and of the help', async () => {
    spawnSync(process.execPath, [sallyport, 'users', 'add', 'ada', '--stdin', '--file', at('users')], {
      input: 'x',
    });
    expect(await intoFull(['users', 'list', '--file', at('users')])).toMatchObject(refusal);
    expect(await intoFull(['--help'])).toMatchObject(refusal);
  });
});

it('nobody reads on, while the input has no end', async () => {
  const script = '{ echo a:b; yes hello; } | "$0" "$@" | head -1';
  const shell = spawn('sh', [
    '-c',
    script,
    process.execPath,
    sallyport,
    'connect',
    listening.url,
    ...PATIENT,
  ]);
  const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'exit')]);
  expect(stdout).toBe('congratulation, you have connect with server\r\n');
  expect(stderr).not.toContain('sallyport:');
});
