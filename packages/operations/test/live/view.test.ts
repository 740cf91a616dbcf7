/** What the page of the live view shows of all sessions. */
import { createLiveView, type LiveOverview } from '@sallyport/operations';
import { expect, it } from 'vitest';
import { settled } from '../harness.ts';
import { liveHarness, page } from './live-harness.ts';

it('the overview has the sessions by state, the counters and the channels', async () => {
  const { connect, signIn, ask, channels, sessions } = liveHarness();
  connect();
  signIn('ada').say({ type: 'subscribe', id: 1, channel: 'news' });
  await settled();
  const overview = (await ask('GET', '/live')).json as LiveOverview;
  expect(overview).toMatchObject({
    at: 1_000,
    sessions: 2,
    states: { 'authenticating.awaitingCredentials': 1, 'established.steady': 1 },
    counters: sessions.counters,
    unsentBytes: 0,
    ends: [],
    channels: [{ channel: 'news', subscribers: 1 }],
    followed: channels.followed,
    inspectsPayloads: false,
  });
});

it('the overview has the last 50 ends, the newest first, with why', async () => {
  const { signIn, connect, ask, wall } = liveHarness();
  for (let one = 0; one < 50; one += 1) connect().connection.closed();
  wall.at = 9_000;
  signIn('ada').connection.closed(1001);
  const { ends } = (await ask('GET', '/live')).json as LiveOverview;
  expect(ends).toHaveLength(50);
  expect(ends[0]).toMatchObject({
    id: 51,
    at: 9_000,
    user: 'ada',
    address: '192.0.2.1',
    code: 1001,
    openMs: 0,
    reason: expect.stringMatching(/^[a-z_]+$/),
    why: expect.stringMatching(/\w/),
  });
  expect(ends[1]).not.toHaveProperty('user');
});

it('the overview has the 50 channels with the most subscribers', async () => {
  const { signIn, ask } = liveHarness();
  for (let one = 0; one < 3; one += 1) {
    const { say } = signIn(`user ${one}`);
    // The last channels have the most subscribers.
    for (let channel = one * 20; channel < 60; channel += 1) {
      say({ type: 'subscribe', id: channel + 1, channel: `channel:${channel}` });
      await settled();
    }
  }
  const { channels = [], followed } = (await ask('GET', '/live')).json as LiveOverview;
  expect([channels.length, followed]).toEqual([50, 60]);
  const subscribers = channels.map((channel) => channel.subscribers);
  expect(subscribers).toEqual([...Array(20).fill(3), ...Array(20).fill(2), ...Array(10).fill(1)]);
});

it('a server without channels shows none', async () => {
  const { json } = await liveHarness({}, { channels: undefined }).ask('GET', '/live');
  expect(json).not.toHaveProperty('channels');
});

it.each<[object, string]>([
  [{}, 'page must be what readLiveView of @sallyport/page returns'],
  [{ page: [] }, 'page must be what readLiveView'],
  [{ page, inspectPayloads: 'yes' }, 'inspectPayloads must be true or false'],
  [{ page, inspectPayload: true }, 'did you mean inspectPayloads?'],
])('the wrong options %j are a mistake of the caller', (options, message) => {
  expect(() => createLiveView(options as never)).toThrow(message);
});
