/** `sallyport replay`, on recordings of sessions without sockets and of both servers. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { accept, createSessions, refuse } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { canary } from '@sallyport/core/testing/canary';
import { createRecorder } from '@sallyport/recording';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runInProcess } from './in-process.ts';
import { isUnavailable, ServerProcess, servers } from './server-processes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Two sessions: ada signs in at the second attempt and sends a message, and eve never signs in. */
function recorded(): string {
  const clock = new SimulatedClock();
  let text = '';
  const recorder = createRecorder({
    clock,
    write: (line) => {
      text += line;
    },
  });
  const sessions = createSessions({
    authenticate: (given) =>
      given.type === 'password' && given.password === 'right' ? accept(given.username) : refuse(),
    clock,
    observe: recorder.observer,
  });
  recorder.watch(sessions);
  for (const user of ['ada', 'eve']) {
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    const say = (line: string) => receiver.receive(line, line.length);
    clock.advance(1_500);
    say(`${user}:wrong`);
    if (user === 'ada') {
      say('ada:right');
      say('hello');
    }
    connection.closed(1000);
  }
  return text;
}

function written(text: string, name = 'sessions.ndjson'): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

it('shows time, fact, state and commands of each step in columns', async () => {
  const { stdout, code } = await runInProcess(['replay', written(recorded()), '--session', '1']);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('Session 1: text, 192.0.2.1, ada');
  expect(lines[1]).toMatch(/^ +TIME {2}FACT +STATE +COMMANDS$/);
  expect(lines[2]).toMatch(/^ +0\.000 s {2}opened +authenticating\.awaitingCredentials +arm authentication$/);
  expect(stdout).toMatch(
    / 1\.500 s {2}credentials\.received password +authenticating\.verifying +verify 1 password\n/,
  );
  expect(stdout).toMatch(/credentials\.accepted 2 ada never +established\.steady +disarm verification\n/);
  expect(stdout).toMatch(/message\.received text 5 B +established\.steady +deliver text 5 B\n/);
  expect(stdout).toContain('Ended: clientLeft, code 1000.\n');
  expect(stdout).toMatch(/\n1 session, no difference\n$/);
});

it.each(['compiled', 'xstate'])('replays all sessions on the %s machine', async (engine) => {
  const { stdout, code } = await runInProcess(['replay', written(recorded()), '--engine', engine]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/2 sessions, no difference\n$/);
});

it('stops with exit code 1 at the first step that differs, and says what differs', async () => {
  const text = recorded().replace('"type":"refused","attemptsLeft":4', '"type":"refused","attemptsLeft":3');
  const { stdout, code } = await runInProcess(['replay', written(text)]);
  expect(code).toBe(1);
  const last = stdout.trimEnd().split('\n').at(-1);
  expect(last).toMatch(
    /^DIFFERENCE {2}Command \d: the recording has .*"attemptsLeft":3.*, and the machine .*"attemptsLeft":4/,
  );
  expect(stdout).not.toContain('Session 2');
});

it('with --json prints one object a step', async () => {
  const { stdout } = await runInProcess(['replay', written(recorded()), '--json', '--user', 'ada']);
  const steps = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(steps[0]).toMatchObject({ session: 1, t: 0, state: 'authenticating.awaitingCredentials' });
  expect(steps[1]).toMatchObject({
    fact: { type: 'credentials.received' },
    state: 'authenticating.verifying',
  });
  expect(steps.every(({ differences }) => differences === undefined)).toBe(true);
});

it('reads the older parts of the same recording, and no part of another one', async () => {
  const lines = recorded().split('\n');
  const file = written(`${[lines[0], ...lines.slice(8)].join('\n')}`);
  written(`${lines.slice(0, 8).join('\n')}\n`, 'sessions.ndjson.1');
  written('another recording\n', 'sessions.ndjson.2');
  expect((await runInProcess(['replay', file])).stdout).toMatch(/2 sessions, no difference\n$/);
  rmSync(`${file}.1`);
  const { stdout, stderr } = await runInProcess(['replay', file]);
  expect(stderr).toContain('1 sessions opened before the oldest file, and are left out');
  expect(stdout).toMatch(/1 session, no difference\n$/);
});

it.each([
  ['is absent', ['absent'], 'absent: there is no such file'],
  ['is a folder', ['.'], '.: it is a folder'],
  ['is empty', [''], 'is empty'],
  ['is no recording', ['hello\n'], 'is not a recording: --record writes one'],
  ['is damaged', [recorded().replace('"t":1500,', '"t":,')], 'line 4 is damaged: it is not a JSON object'],
  ['has another version', [recorded().replace('"version":1', '"version":7')], 'has version 7 of the format'],
])('a file that %s is an error with exit code 3', async (what, [content = ''], message) => {
  const isPath = what === 'is absent' || what === 'is a folder';
  const { code, stderr } = await runInProcess(['replay', isPath ? content : written(content)]);
  expect(code).toBe(3);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

it('a session that the recording does not have is an error that names those that it has', async () => {
  const file = written(recorded());
  expect(await runInProcess(['replay', file, '--session', '9'])).toMatchObject({
    code: 3,
    stderr: 'sallyport: the recording has no session 9 from its opening on: it has 2, from 1 to 2\n',
  });
  expect(await runInProcess(['replay', file, '--session', 'x'])).toMatchObject({ code: 2 });
  expect(await runInProcess(['replay', file, '--json', '--as-test'])).toMatchObject({ code: 2 });
});

it('a recording of another machine, lost lines and an incomplete end are told on standard error', async () => {
  const text = `${recorded().replace(/"machine":"\w+"/, '"machine":"abc"')}{"lost":3}\n{"t":`;
  const { code, stderr } = await runInProcess(['replay', written(text)]);
  expect(code).toBe(0);
  expect(stderr).toContain('the recording is of machine abc, and this is machine');
  expect(stderr).toContain('3 lines were lost');
  expect(stderr).toContain('the last line is incomplete');
});

it('names in a recording cannot control the terminal', async () => {
  const text = recorded().replaceAll('"user":"ada"', '"user":"a\\u001b[31mda\\u202e"');
  const { stdout } = await runInProcess(['replay', written(text), '--session', '1']);
  expect(stdout).toContain('text, 192.0.2.1, ada');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
});

it.each(servers)('%s: a recorded session replays, and its printed test passes', async (name) => {
  if (isUnavailable(name)) return;
  const file = join(folder, 'real.ndjson');
  const server = await ServerProcess.start(name, ['--record', file]);
  const client = new WebSocket(server.url, 'sallyport.v1');
  const say = (message: object) => client.send(JSON.stringify(message));
  await new Promise((resolve) => client.once('open', resolve));
  say({ type: 'authenticate', username: 'admin', password: canary.password });
  say({ type: 'authenticate', username: 'admin', password: '123456' });
  say({ type: 'message', text: canary.password });
  say({ type: 'request', id: 1, method: 'room.history', params: { secret: canary.token } });
  await new Promise<void>((resolve) => {
    client.on('message', (data) => {
      if (String(data).includes('"response"')) resolve();
    });
  });
  client.close(1000);
  await server.event('session.closed');
  await server.stop();
  expect(canary.isIn(readFileSync(file, 'utf8'))).toBe(false);
  expect(await runInProcess(['replay', file])).toMatchObject({ code: 0, stderr: '' });
  const story = await runInProcess(['replay', file, '--as-test']);
  expect(canary.isIn(story.stdout)).toBe(false);
  expect(await passes(story.stdout)).toContain('1 passed');
});

/** Runs the test in a Vitest of its own. Throws with its output if it fails. */
async function passes(story: string): Promise<string> {
  const inside = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.story-'));
  try {
    writeFileSync(join(inside, 'story.test.ts'), story);
    writeFileSync(join(inside, 'vitest.config.js'), 'export default {};\n');
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const env = { ...process.env, NO_COLOR: '1' };
    return (await promisify(execFile)(process.execPath, [vitest, 'run', '--root', inside], { env })).stdout;
  } finally {
    rmSync(inside, { recursive: true });
  }
}
