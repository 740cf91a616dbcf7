/** A session in a pipe that either end cuts short: it ends at once, with an error of one line. */
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
let markReceived: () => void;
let received: Promise<void>;

beforeEach(async () => {
  received = new Promise((resolve) => {
    markReceived = resolve;
  });
  sessions = createSessions({
    clock: systemClock,
    authenticate: () => accept('ada'),
    application: (message) => {
      if (message !== 'mute') return `said ${message}`;
      markReceived();
      return undefined;
    },
  });
  listening = await serve(sessions, { host: '127.0.0.1', port: 0 });
});
afterEach(() => listening.close());

/** Runs sallyport until it has sent a message that gets no reply. */
async function waiting(): Promise<Pipe> {
  const run = new Pipe(['connect', listening.url, ...PATIENT]);
  run.write('a:b\nmute\n');
  await received;
  return run;
}

describe('While a reply is awaited', () => {
  it('a close by the server ends sallyport without another prompt', async () => {
    const run = await waiting();
    for (const session of sessions) session.close('that is all');
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /sallyport: the server closed the session: "that is all"; 1 message without a reply\n$/,
    );
  });

  it('a signal ends sallyport', async () => {
    const run = await waiting();
    run.process.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143, stderr: expect.stringMatching(/context: $/) });
  });
});

/** A device that is always full: writing to it fails with ENOSPC. */
const FULL = '/dev/full';
if (!existsSync(FULL)) console.warn(`SKIPPED: standard output that cannot be written. There is no ${FULL}.`);

describe.skipIf(!existsSync(FULL))('A full standard output', () => {
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

  it('ends a session with exit code 1', async () => {
    expect(await intoFull(['connect', listening.url, ...PATIENT], 'a:b\nhello\nexit\n')).toMatchObject(
      refusal,
    );
    expect(await intoFull(['connect', listening.url, '-q', ...PATIENT], 'a:b\nhello\nexit\n')).toMatchObject(
      refusal,
    );
  });

  it('ends the users commands and the help with exit code 1', async () => {
    spawnSync(process.execPath, [sallyport, 'users', 'add', 'ada', '--stdin', '--file', at('users')], {
      input: 'x',
    });
    expect(await intoFull(['users', 'list', '--file', at('users')])).toMatchObject(refusal);
    expect(await intoFull(['--help'])).toMatchObject(refusal);
  });
});

it('sallyport ends when its reader closes, even if the input has no end', async () => {
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
