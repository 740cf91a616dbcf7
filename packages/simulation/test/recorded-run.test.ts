/** Recordings as the input of the simulator, and the invariants that planted changes of the machine break. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, type Command, compiledEngine, createSessions, type Engine, refuse } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { createRecorder, readRecording } from '@sallyport/recording';
import { afterAll, expect, it } from 'vitest';
import { runRecording } from '../src/recorded-run.ts';
import { bundleWith } from './planted-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-recorded-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three sessions: one signs in late and expires, one is refused, one never says anything. */
function recorded(engine: Engine = compiledEngine): string {
  const clock = new SimulatedClock();
  let text = '';
  const recorder = createRecorder({
    clock,
    write: (line) => {
      text += line;
    },
  });
  const sessions = createSessions({
    engine,
    authenticate: (given) =>
      given.type === 'password' && given.password === 'right'
        ? accept(given.username, { expiresInMs: 30_000 })
        : refuse(),
    clock,
    limits: { attempts: 2 },
    observe: recorder.observer,
  });
  recorder.watch(sessions);
  const clients = ['ada:right', 'eve:wrong', undefined].map((credentials) => {
    const connection = new RecordingConnection();
    connection.answersClose = true;
    connection.answersPings = true;
    const receiver = sessions.open(connection, { address: '192.0.2.1' });
    connection.opened(receiver);
    return { say: (text = credentials) => text && receiver.receive(text, text.length) };
  });
  clock.advance(1_000);
  for (const { say } of clients) say();
  clients[0]?.say('hello');
  clients[1]?.say();
  clock.advance(400_000);
  return text;
}

const run = (text: string, engine?: Engine) => runRecording(readRecording([{ name: 'x', text }]), engine);

it('a recording of real sessions breaks no rule', async () => {
  const result = await run(recorded());
  expect(result).toMatchObject({ sessions: 3, violation: undefined });
  expect(result.steps).toBeGreaterThan(10);
  expect(result.log).toMatch(/session 1 expiry\.timedOut → closing/);
});

/** The machine with changed commands. */
function changed(change: (type: string, commands: Command[]) => void): Engine {
  return {
    start: (input, commands) => compiledEngine.start(input, commands),
    step(snapshot, fact, commands) {
      const after = compiledEngine.step(snapshot, fact, commands);
      change(fact.type, commands);
      return after;
    },
  };
}
const without = (type: Command['type']) =>
  changed((_, commands) =>
    commands.splice(0, commands.length, ...commands.filter((one) => one.type !== type)),
  );

it.each([
  ['leaves a timer armed', without('disarm'), 'I10 no timer is left'],
  [
    'serves before the sign-in',
    changed((type, commands) => {
      if (type === 'credentials.received')
        commands.push({ type: 'serve', id: 1, method: 'early', params: undefined });
    }),
    'I1 nothing is served before the sign-in',
  ],
  [
    'answers after its close frame',
    changed((type, commands) => {
      if (type === 'expiry.timedOut')
        commands.push({ type: 'answer', answer: { type: 'refused', attemptsLeft: 1 } });
    }),
    'I3 nothing follows the close frame',
  ],
  [
    'closes twice',
    changed((_, commands) => {
      const close = commands.find(({ type }) => type === 'close');
      if (close) commands.push(close);
    }),
    'I2 a session ends once',
  ],
])(
  'a machine that %s breaks the rule, in a recording of it and on its own recording',
  async (_, engine, rule) => {
    // The recording of the right machine differs from this one at once.
    expect((await run(recorded(), engine)).violation?.rule).toBe('the machine does what was recorded');
    // Sessions with the changed machine do what was recorded, and the rule is broken.
    expect((await run(recorded(engine), engine)).violation?.rule).toBe(rule);
  },
);

it('a timer that was recorded too early breaks a rule', async () => {
  const lines = recorded().split('\n');
  const early = lines.map((line) =>
    line.includes('expiry.timedOut') ? line.replace(/"t":\d+/, '"t":20000') : line,
  );
  expect((await run(early.join('\n'))).violation).toMatchObject({ rule: 'no timer is early' });
});

it('pnpm simulate --recording takes a recording: 0 without a broken rule, 1 with one, 2 for a damaged file', async () => {
  const file = join(folder, 'simulate.mjs');
  await bundleWith(undefined, file);
  const command = (text: string) => {
    writeFileSync(join(folder, 'recording'), text);
    return spawnSync(process.execPath, [file, '--recording', join(folder, 'recording')], {
      encoding: 'utf8',
    });
  };
  expect(command(recorded())).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 recorded sessions, \d+ steps: no rule was broken\n$/),
  });
  expect(command(recorded().replace('"attemptsLeft":1', '"attemptsLeft":7'))).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^BROKEN: the machine does what was recorded\nat 1000 ms: session 2: /),
  });
  expect(command('hello\n')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('is not a recording'),
  });
});
