/** That a recording replays through the machine, and where it differs. */
import { compiledEngine, type Engine, xstateEngine } from '@sallyport/core';
import { modelPaths } from '@sallyport/core/testing';
import { type RecordedSession, type Recording, readRecording, replaySession } from '@sallyport/recording';
import { expect, it } from 'vitest';
import { harness, recordedPath } from './harness.ts';

const read = (text: string) => readRecording([{ name: 'recording', text }]);

function differencesIn(recording: Recording, session: RecordedSession, engine?: Engine): readonly string[] {
  return [...replaySession(recording, session, engine)].flatMap(({ differences }) => differences);
}

/** An engine whose machine answers a refusal with a close instead. */
const strict: Engine = {
  start: (input, commands) => compiledEngine.start(input, commands),
  step(snapshot, fact, commands) {
    const after = compiledEngine.step(snapshot, fact, commands);
    if (fact.type === 'credentials.refused')
      commands.splice(0, commands.length, { type: 'close', reason: 'attemptsUsedUp' });
    return after;
  },
};

it.each([
  ['the compiled machine', compiledEngine],
  ['XState', xstateEngine],
])('every path of the model, once recorded, replays on %s without a difference', (_, engine) => {
  const paths = modelPaths();
  expect(paths.length).toBeGreaterThan(50);
  for (const { facts, name } of paths) {
    const recording = read(recordedPath(facts, 3));
    const session = recording.sessions.get(1) as RecordedSession;
    expect({ name, differences: differencesIn(recording, session, engine) }).toEqual({
      name,
      differences: [],
    });
  }
});

it('sessions that ran at the same time replay each on its own', () => {
  const { signIn, clock, sessions, read: readAll } = harness();
  const clients = [signIn('ada'), signIn('eve', 'wrong'), signIn('bob')];
  for (const { say } of clients) say({ type: 'message', text: 'hello' });
  clients[0]?.say({ type: 'request', id: 1, method: 'save', params: [1] });
  clients[0]?.say({ type: 'refresh', token: 'abc' });
  sessions.revoke('bob');
  clock.advance(90_000);
  const recording = readAll();
  expect(recording.sessions.size).toBe(3);
  for (const session of recording.sessions.values()) expect(differencesIn(recording, session)).toEqual([]);
  expect([...recording.sessions.values()].map(({ closed }) => closed?.reason)).toEqual([
    'expired',
    'malformed',
    'revoked',
  ]);
});

it('a replay stops at the first step that differs, and says what differs', () => {
  const { signIn, read: readAll } = harness();
  const client = signIn('ada', 'wrong');
  client.say({ type: 'authenticate', username: 'ada', password: 'right' });
  const recording = readAll();
  const steps = [...replaySession(recording, recording.sessions.get(1) as RecordedSession, strict)];
  expect(steps.at(-1)?.recorded.fact?.type).toBe('credentials.refused');
  expect(steps.at(-1)?.differences).toContainEqual(
    expect.stringMatching(/^Command \d: the recording has .*"refused".*, and the machine .*/),
  );
});

it('another state is a difference, even if the commands are the same', () => {
  const text = recordedPath([{ type: 'connection.closed' }], 5).replace('"to":"closed"', '"to":"closing"');
  const recording = read(text);
  expect(differencesIn(recording, recording.sessions.get(1) as RecordedSession)).toEqual([
    "State: the recording has 'closing', and the machine 'closed'.",
  ]);
});

it('a machine that has not ended where the recorded session ended is a difference', () => {
  const lines = recordedPath([{ type: 'connection.closed' }], 5).split('\n');
  const recording = read(
    lines.filter((line) => !/"fact"|"state":|disarm/.test(line) || line.includes('opened')).join('\n'),
  );
  expect(differencesIn(recording, recording.sessions.get(1) as RecordedSession)).toEqual([
    "The recorded session ended, and the machine is in 'authenticating.awaitingCredentials'.",
  ]);
});

it('a recording that stops within a step, because the server was killed, has no difference there', () => {
  const text = recordedPath([{ type: 'credentials.malformed' }, { type: 'drain.began' }], 5);
  const lines = text.split('\n');
  for (let count = 2; count <= lines.length; count += 1) {
    const recording = read(`${lines.slice(0, count).join('\n')}\n`.replace(/\n\n$/, '\n'));
    const session = recording.sessions.get(1);
    if (session) expect(differencesIn(recording, session)).toEqual([]);
  }
});

it('a fact that the machine does not have, or that lacks a field, is an error with file and line', () => {
  const text = recordedPath([{ type: 'connection.closed' }], 5);
  const unknown = read(text.replace('"type":"connection.closed"', '"type":"connection.flew"'));
  expect(() => differencesIn(unknown, unknown.sessions.get(1) as RecordedSession)).toThrow(
    "recording, line 4: the session machine has no fact 'connection.flew'",
  );
  const lacking = read(text.replace('"type":"connection.closed"', '"type":"credentials.accepted"'));
  expect(() => differencesIn(lacking, lacking.sessions.get(1) as RecordedSession)).toThrow(
    "recording, line 4: the fact 'credentials.accepted' has no right 'attempt'",
  );
});
