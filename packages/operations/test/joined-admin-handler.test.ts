/** The admin handler of several processes: what it passes on, and how it joins the answers. */
import { type AdminPart, adminHandler, joinedAdminHandler, joinMetrics } from '@sallyport/operations';
import { expect, it } from 'vitest';
import { harness, settled } from './harness.ts';

type Harness = ReturnType<typeof harness>;

/** A process that answers as a worker does: by an admin handler of its own. */
function partOf(id: number, { sessions, channels, metrics }: Harness): AdminPart {
  const handler = adminHandler({ sessions, channels, metrics });
  return {
    id,
    async ask({ method, path, body, contentType }) {
      const response = await handler(
        new Request(`http://127.0.0.1${path}`, {
          method,
          headers: contentType === undefined ? {} : { 'content-type': contentType },
          ...(body !== undefined && { body: Buffer.from(body) }),
        }),
      );
      return { status: response.status, body: await response.text() };
    },
    values: () => metrics.values(),
  };
}

const ended: AdminPart = { id: 9, ask: async () => undefined, values: async () => undefined };
const mute: AdminPart = {
  id: 8,
  ask: () => Promise.reject(new Error('worker 8 gave no answer within 5000 ms')),
  values: () => Promise.reject(new Error('worker 8 gave no answer within 5000 ms')),
};

function joined(...parts: readonly AdminPart[]) {
  const handler = joinedAdminHandler({
    parts: () => parts,
    metrics: joinMetrics({ listening: parts.length, unexpectedEnds: 0 }),
  });
  return async (method: string, path: string, body?: string) => {
    const response = await handler(
      new Request(`http://127.0.0.1:5679${path}`, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body !== undefined && { body }),
      }),
    );
    return { status: response.status, text: await response.text() };
  };
}

function twoProcesses() {
  const [one, other] = [harness(), harness()];
  for (const user of ['ada', 'bob', 'ada']) one.signIn(user);
  for (const user of ['ada', 'eve']) other.signIn(user);
  return { one, other, ask: joined(partOf(2, one), partOf(5, other), ended) };
}

it('the pages of sessions have each session once, whatever their size', async () => {
  const { ask } = twoProcesses();
  for (const limit of [1, 2, 3, 4, 5, 100]) {
    const ids: string[] = [];
    // As a client does that asks one process.
    let after = '0';
    do {
      const { text } = await ask('GET', `/sessions?limit=${limit}${after && `&after=${after}`}`);
      const page = JSON.parse(text) as { sessions: { id: string }[]; matching: number; next?: string };
      expect(page.sessions.length).toBeLessThanOrEqual(limit);
      expect(page.matching).toBe(5 - ids.length);
      ids.push(...page.sessions.map(({ id }) => id));
      after = page.next ?? '';
    } while (after !== '');
    expect(ids).toEqual(['2-1', '2-2', '2-3', '5-1', '5-2']);
  }
});

it('filters count over all processes, and a wrong parameter is an error', async () => {
  const { ask } = twoProcesses();
  expect(JSON.parse((await ask('GET', '/sessions?user=ada')).text)).toMatchObject({ matching: 3 });
  for (const query of ['limit=0', 'limit=x', 'name=ada', 'after=7', 'after=x-y'])
    expect(await ask('GET', `/sessions?${query}`), query).toMatchObject({ status: 400 });
});

it('closes the session of the right process', async () => {
  const { one, other, ask } = twoProcesses();
  expect(JSON.parse((await ask('DELETE', '/sessions/5-1')).text)).toMatchObject({
    closed: { id: '5-1', user: 'ada' },
  });
  expect([one.sessions.size, other.sessions.size]).toEqual([3, 1]);
  for (const id of ['5-1', '3-1', '1', 'x'])
    expect((await ask('DELETE', `/sessions/${id}`)).status, id).toBe(404);
});

it('says that there is no live view', async () => {
  const { status, text } = await twoProcesses().ask('GET', '/');
  expect(status).toBe(404);
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'noLiveView' } });
});

it('revokes a user at every process', async () => {
  const { one, other, ask } = twoProcesses();
  expect(JSON.parse((await ask('POST', '/users/ada/revoke')).text)).toEqual({
    user: 'ada',
    revoked: 3,
    outcome: 'everywhere',
  });
  expect([one.sessions.size, other.sessions.size]).toEqual([1, 1]);
});

it('says so if a process did not answer a revocation', async () => {
  const one = harness();
  one.signIn('ada');
  const answer = await joined(partOf(1, one), mute)('POST', '/users/ada/revoke');
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('sessions of this user may still be open; repeat it');
  expect(one.sessions.size).toBe(0);
});

it('lists a channel once, with the subscribers of all processes', async () => {
  const { one, other, ask } = twoProcesses();
  for (const [process, channels] of [
    [one, ['room', 'news']],
    [other, ['room']],
  ] as const) {
    const client = process.signIn('zoe');
    await settled();
    for (const [at, channel] of channels.entries()) client.say({ type: 'subscribe', id: at + 1, channel });
    await settled();
  }
  expect(JSON.parse((await ask('GET', '/channels')).text)).toEqual({
    channels: [
      { channel: 'room', state: 'live', subscribers: 2 },
      { channel: 'news', state: 'live', subscribers: 1 },
    ],
    followed: 2,
  });
});

it('publishes by one process, and passes its errors on', async () => {
  const { one, other, ask } = twoProcesses();
  expect((await ask('POST', '/channels/room/publish', '{"data":1}')).status).toBe(200);
  expect(one.channels.counters.published + other.channels.counters.published).toBe(1);
  expect((await ask('POST', '/channels/room/publish', '{"x":1}')).status).toBe(400);
});

it('answers 503 for what no process answers', async () => {
  expect((await joined()('POST', '/channels/room/publish', '{"data":1}')).status).toBe(503);
  expect((await joined(mute)('POST', '/channels/room/publish', '{"data":1}')).text).toContain(
    'unknownOutcome',
  );
  expect((await joined(mute)('GET', '/sessions')).text).toContain(
    'worker 8 gave no answer within 5000 ms; try again',
  );
});

it('a process that does not answer is not in the metrics, and the others are', async () => {
  const one = harness();
  one.signIn('ada');
  const { status, text } = await joined(partOf(1, one), mute, ended)('GET', '/metrics');
  expect(status).toBe(200);
  expect(text).toContain('sallyport_authenticated_total 1\n');
});

it('requires the token for all paths but those of health', async () => {
  const token = 'a-token-of-24-characters';
  const handler = joinedAdminHandler({
    parts: () => [],
    metrics: joinMetrics({ listening: 0, unexpectedEnds: 0 }),
    token,
  });
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await handler(new Request(`http://127.0.0.1${path}`, { headers }))).status;
  expect(await statusOf('/readyz')).toBe(200);
  expect(await statusOf('/sessions')).toBe(401);
  expect(await statusOf('/sessions', { authorization: `Bearer ${token}` })).toBe(200);
});
