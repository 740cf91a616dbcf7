/** The routes of channels. */
import { adminHandler } from '@sallyport/operations';
import { expect, it, vi } from 'vitest';
import { harness, settled } from './harness.ts';

it('GET /channels lists followed channels, those with the most subscribers first', async () => {
  const { signIn, ask } = harness();
  const ada = signIn('ada');
  ada.say({ type: 'subscribe', id: 1, channel: 'quiet' });
  ada.say({ type: 'subscribe', id: 2, channel: 'news' });
  signIn('bob').say({ type: 'subscribe', id: 1, channel: 'news' });
  await settled();
  const { json } = await ask('GET', '/channels');
  expect(json.followed).toBe(2);
  expect(json.channels).toMatchObject([
    { channel: 'news', subscribers: 2 },
    { channel: 'quiet', subscribers: 1 },
  ]);
});

it('POST /channels/NAME/publish publishes any JSON, once for each key, and tells the position', async () => {
  const { signIn, ask } = harness();
  const { connection, say } = signIn('ada');
  say({ type: 'subscribe', id: 1, channel: 'news:a/b' });
  await settled();
  const path = '/channels/news%3Aa%2Fb/publish';
  const body = { data: { text: 'hi' }, key: 'k' };
  const first = await ask('POST', path, {}, body);
  expect(first).toMatchObject({ status: 200, json: { outcome: 'published', position: { offset: 1 } } });
  expect((await ask('POST', path, {}, body)).json).toEqual(first.json);
  expect((await ask('POST', path, {}, { data: null })).json.position.offset).toBe(2);
  await settled();
  const sent = connection.recorded.flatMap((one) => ('sent' in one ? [JSON.parse(String(one.sent))] : []));
  expect(sent.filter(({ type }) => type === 'publication').map(({ data }) => data)).toEqual([
    { text: 'hi' },
    null,
  ]);
});

it.each<[string, string, unknown, number, RegExp]>([
  ['no data', 'news', {}, 400, /must have data/],
  ['an unknown field', 'news', { data: 1, user: 'x' }, 400, /not user/],
  ['a list', 'news', [], 400, /JSON object/],
  ['no JSON', 'news', '{', 400, /not JSON/],
  ['a wrong channel', 'a%20b', { data: 1 }, 400, /channel must be/],
  ['a wrong key', 'news', { data: 1, key: 7 }, 400, /key must be/],
])('a publication with %s is refused', async (_, channel, body, status, message) => {
  const answer = await harness().ask('POST', `/channels/${channel}/publish`, {}, body);
  expect(answer.status).toBe(status);
  expect(answer.json.error.message).toMatch(message);
});

it('A40: a form of a web page publishes nothing, because its type is not JSON', async () => {
  const { ask, channels } = harness();
  const headers = { 'content-type': 'text/plain' };
  expect((await ask('POST', '/channels/news/publish', headers, { data: 1 })).status).toBe(415);
  expect(channels.counters.published).toBe(0);
});

it.each([
  ['unavailable', 'unavailable'],
  ['unknown', 'unknownOutcome'],
] as const)('a publication whose outcome is %s is answered 503 %s', async (type, code) => {
  const { channels, ask } = harness();
  vi.spyOn(channels, 'publish').mockResolvedValue({ type });
  expect(await ask('POST', '/channels/news/publish', {}, { data: 1 })).toMatchObject({
    status: 503,
    json: { error: { code } },
  });
});

it('a server without channels answers 404', async () => {
  const handler = adminHandler({ sessions: harness().sessions });
  expect((await handler(new Request('http://127.0.0.1/channels'))).status).toBe(404);
});
