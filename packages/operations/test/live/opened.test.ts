/** A session that a live view has opened: its steps, for as long as the view asks. */
import type { OpenedSession } from '@sallyport/operations';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { liveHarness } from './live-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What happened, in short. */
const inWords = ({ steps }: OpenedSession) =>
  steps.map((step) => {
    if ('from' in step) return `${step.from} → ${step.to}`;
    return 'fact' in step ? step.fact.type : `! ${step.command.type}`;
  });

function opened(options: Parameters<typeof liveHarness>[0] = {}) {
  const all = liveHarness(options);
  const read = async (id: number, after = 0) =>
    (await all.ask('GET', `/live/sessions/${id}?after=${after}`)).json as OpenedSession;
  return { ...all, read };
}

it('an opened session shows its steps from then on, with their times', async () => {
  const { signIn, read, wall } = opened();
  const { say } = signIn('ada');
  expect(await read(1)).toMatchObject({ session: { id: 1, user: 'ada' }, steps: [], missed: 0, last: 0 });
  wall.at = 2_000;
  say({ type: 'message', text: 'hello' });
  const answer = await read(1);
  expect(inWords(answer)).toEqual(['message.received', '! deliver']);
  expect(answer.steps).toEqual([
    { n: 1, at: 2_000, fact: { type: 'message.received', message: { kind: 'text', bytes: 5 } } },
    { n: 2, at: 2_000, command: { type: 'deliver', message: { kind: 'text', bytes: 5 } } },
  ]);
  expect(await read(1, 2)).toMatchObject({ steps: [], last: 2 });
});

it('payloads are left out, and shown if the operator inspects them', async () => {
  for (const inspectPayloads of [false, true]) {
    const { signIn, ask, read } = opened({ inspectPayloads });
    const { say } = signIn('ada');
    await read(1);
    say({ type: 'message', text: 'between us' });
    const { content } = await ask('GET', '/live/sessions/1');
    expect(content.includes('between us')).toBe(inspectPayloads);
  }
});

it('E23: credentials of an opened session are left out, also where the operator inspects payloads', async () => {
  const { connect, ask, read } = opened({ inspectPayloads: true });
  const { say } = connect();
  await read(1);
  say({ type: 'authenticate', username: 'ada', password: 'wrong secret' });
  say({ type: 'authenticate', token: 'token secret' });
  const { content, json } = await ask('GET', '/live/sessions/1');
  expect(inWords(json)).toContain('credentials.received');
  expect(content).not.toContain('secret');
});

it('nothing is recorded of a session that no view has opened, nor before it was opened', async () => {
  const { signIn, read } = opened();
  const [one, other] = [signIn('ada'), signIn('bob')];
  one.say({ type: 'message', text: 'before' });
  await read(1);
  other.say({ type: 'message', text: 'hello' });
  expect((await read(1)).steps).toEqual([]);
});

it('the session is not watched any more when no view has asked for 10 s', async () => {
  const { signIn, read, sessions } = opened();
  const { say } = signIn('ada');
  await read(1);
  vi.advanceTimersByTime(9_000);
  await read(1);
  vi.advanceTimersByTime(9_000);
  say({ type: 'message', text: 'hello' });
  expect((await read(1)).last).toBe(2);
  const watch = vi.spyOn(sessions, 'watch');
  vi.advanceTimersByTime(10_000);
  say({ type: 'message', text: 'unseen' });
  // The view asks from where it was: it gets what came since it is watched anew.
  expect(await read(1, 2)).toMatchObject({ steps: [], missed: 0, last: 0 });
  expect(watch).toHaveBeenCalledTimes(1);
  say({ type: 'message', text: 'seen' });
  expect(inWords(await read(1, 0))).toEqual(['message.received', '! deliver']);
});

it('only the last 500 steps are kept, and the view learns how many made room', async () => {
  const { signIn, read } = opened();
  const { say } = signIn('ada');
  await read(1);
  for (let one = 0; one < 300; one += 1) say({ type: 'message', text: 'x' });
  const answer = await read(1, 10);
  expect([answer.steps.length, answer.missed, answer.last, answer.steps[0]?.n]).toEqual([500, 90, 600, 101]);
});

it('a session that has ended still shows its last steps, and why it ended', async () => {
  const { signIn, ask, read, wall } = opened();
  const { connection } = signIn('ada');
  await read(1);
  wall.at = 5_000;
  connection.closed(1001);
  const answer = await read(1);
  expect(inWords(answer).slice(0, 2)).toEqual(['connection.closed', 'established.steady → closed']);
  expect(answer).toMatchObject({ session: { state: 'closed' }, end: { at: 5_000, code: 1001 } });
  vi.advanceTimersByTime(10_000);
  expect(await ask('GET', '/live/sessions/1')).toMatchObject({
    status: 404,
    json: { error: { code: 'sessionNotFound' } },
  });
});

it('16 sessions may be opened at once', async () => {
  const { signIn, ask } = opened();
  for (let one = 0; one < 17; one += 1) signIn(`user ${one}`);
  for (let id = 1; id <= 16; id += 1) expect((await ask('GET', `/live/sessions/${id}`)).status).toBe(200);
  expect(await ask('GET', '/live/sessions/17')).toMatchObject({
    status: 503,
    json: { error: { code: 'tooManyOpened' } },
  });
  vi.advanceTimersByTime(10_000);
  expect((await ask('GET', '/live/sessions/17')).status).toBe(200);
});

it.each(['x', '01', '99', '-1'])('the id %s is not found', async (id) => {
  const { signIn, ask } = opened();
  signIn('ada');
  await ask('GET', '/live/sessions/1');
  expect((await ask('GET', `/live/sessions/${id}`)).status).toBe(404);
});
