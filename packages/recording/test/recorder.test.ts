/** What the recorder writes, holds back and cuts. */
import { UsageError } from '@sallyport/core';
import { SimulatedClock } from '@sallyport/core/testing';
import { textProtocol } from '@sallyport/protocol';
import { createRecorder } from '@sallyport/recording';
import { expect, it } from 'vitest';
import { harness } from './harness.ts';

it('the first line says what was recorded: format, machine, limits, and when it began', () => {
  const { lines } = harness();
  const header = JSON.parse(lines[0] as string);
  expect(header).toMatchObject({ recording: 'sallyport', version: 1, startedAtMs: 0 });
  expect(header.machine).toMatch(/^[a-z0-9]{1,7}$/);
  expect(header.limits).toMatchObject({ attempts: 5, idleMs: null });
});

it('a session stands in the recording with its facts, states, commands and times', () => {
  const { clock, lines, connect, recorder } = harness();
  const client = connect(textProtocol);
  clock.advance(400);
  client.send('ada:right');
  client.connection.closed(1000);
  const events = lines.slice(1).map((line) => JSON.parse(line));
  expect(events[0]).toEqual({
    t: 0,
    s: 1,
    opened: { state: 'authenticating.awaitingCredentials', protocol: 'text', address: '192.0.2.1' },
  });
  expect(events[1]).toEqual({ t: 0, s: 1, command: { type: 'arm', timer: 'authentication' } });
  expect(events[2]).toEqual({
    t: 400,
    s: 1,
    fact: { type: 'credentials.received', credentials: { type: 'password' } },
  });
  expect(events[3]).toEqual({
    t: 400,
    s: 1,
    state: { from: 'authenticating.awaitingCredentials', to: 'authenticating.verifying' },
  });
  expect(events.at(-1)).toEqual({ t: 400, s: 1, closed: { reason: 'clientLeft', code: 1000 } });
  expect(recorder.counters).toEqual({ sessions: 1, lines: events.length, cut: 0 });
});

it('with a user, sessions of other users leave no line, and their events are forgotten', () => {
  const { lines, signIn, read } = harness({ user: 'ada' });
  signIn('eve').say({ type: 'message', text: 'hello' });
  expect(lines).toHaveLength(1);
  signIn('ada').say({ type: 'message', text: 'hello' });
  const { sessions } = read();
  expect([...sessions.keys()]).toEqual([2]);
  expect(sessions.get(2)?.steps[0]?.commands).toEqual([{ type: 'arm', timer: 'authentication' }]);
});

it('with a user, a sign-in by token is recorded from its opening on', () => {
  const { connect, read } = harness({ user: 'ada' });
  connect().say({ type: 'authenticate', token: 'abc' });
  const session = read().sessions.get(1);
  expect(session?.user).toBe('ada');
  expect(session?.steps.map(({ fact }) => fact?.type)).toEqual([
    undefined,
    'credentials.received',
    'credentials.accepted',
  ]);
});

it('with a user, a refused sign-in with the name of that user is recorded', () => {
  const { signIn, read } = harness({ user: 'ada' });
  signIn('ada', 'wrong');
  expect(read().sessions.get(1)?.steps.at(-1)?.fact?.type).toBe('credentials.refused');
});

it('a session that has filled its share is cut: only its end is recorded', () => {
  const { signIn, lines, read, recorder } = harness({ sessionBytes: 2_048 });
  const client = signIn('ada');
  for (let count = 0; count < 100; count += 1) client.say({ type: 'message', text: 'hello' });
  client.connection.closed(1000);
  expect(lines.join('').length).toBeLessThan(2_048 + 1_200);
  expect(recorder.counters.cut).toBe(1);
  expect(read().sessions.get(1)).toMatchObject({ isCut: true, closed: { reason: 'clientLeft' } });
  expect(signIn('eve') && read().sessions.get(2)?.isCut).toBe(false);
});

it('with a user, a session that never signs in holds a bounded number of events in memory', () => {
  const { connect, lines, recorder } = harness({ user: 'ada' });
  const client = connect(textProtocol);
  for (let count = 0; count < 3; count += 1) client.send('eve:wrong');
  client.connection.closed(1000);
  expect(lines).toHaveLength(1);
  expect(recorder.counters.sessions).toBe(0);
});

it('text that could drive a terminal or forge a line is escaped, and read back as it was', () => {
  const { signIn, lines, read } = harness();
  const user = 'a\u202e\u2028\u200b\ue000b';
  signIn(user);
  expect(lines.join('')).not.toMatch(/[\u0080-\u009f\u200b\u2028\u202e\ue000]/);
  expect(read().sessions.get(1)?.user).toBe(user);
});

it('a wrong option is named in the error', () => {
  const clock = new SimulatedClock();
  const write = () => {};
  const make = (options: object) => () => createRecorder({ clock, write, ...options } as never);
  expect(make({ users: 'ada' })).toThrow(/users is not an option of createRecorder; did you mean user\?/);
  expect(make({ user: '' })).toThrow(UsageError);
  expect(make({ sessionBytes: 10 })).toThrow(/sessionBytes must be a whole number of at least 1024/);
  expect(make({ write: 'file' })).toThrow(/write must be a function/);
  expect(make({ clock: {} })).toThrow(/clock must be a clock/);
});

it('a day of sessions with a bounded share each leaves nothing behind in the recorder', () => {
  const { clock, signIn, sessions, recorder, lines } = harness();
  for (let hour = 0; hour < 24; hour += 1) {
    const client = signIn(`user${hour}`);
    clock.advance(3_600_000);
    client.connection.closed(1000);
    lines.length = 1;
  }
  expect(sessions.size).toBe(0);
  expect(recorder.counters.sessions).toBe(24);
  signIn('last');
  expect(JSON.parse(lines.at(-1) as string).t).toBe(86_400_000);
});
