/** Publications of a client: sent again with their key while it is not known whether they were made, and rejected otherwise. */
import { channels, requests } from '@sallyport/client';
import { expect, it } from 'vitest';
import { scriptedServer } from '../scripted-server.ts';

const position = { epoch: 'e1', offset: 1, tag: '00000001' };

async function signedIn() {
  const server = scriptedServer();
  const { session } = server.connect({ extensions: [channels(), requests()] });
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  const channel = session.channel('a');
  const last = () => server.received.at(-1)?.message ?? {};
  const settled = (promise: Promise<unknown>) => {
    const outcome: { value?: unknown; code?: unknown; name?: unknown } = {};
    promise.then(
      (value) => Object.assign(outcome, { value }),
      ({ code, name }) => Object.assign(outcome, { code, name }),
    );
    return outcome;
  };
  return {
    server,
    session,
    channel,
    last,
    settled,
    count: () => server.received.filter(({ message }) => message['type'] === 'publish').length,
    fail: (code: string) =>
      server.send({ type: 'response', id: last()['id'], error: { code, message: code } }),
    published: () => server.send({ type: 'published', id: last()['id'], channel: 'a', position }),
  };
}

it.each(['unknown', 'unavailable', 'timedOut', 'tooManyRequests', 'internal'])(
  'a publication that failed with %s is sent again with the same key',
  async (code) => {
    const { server, channel, last, settled, fail, published } = await signedIn();
    const outcome = settled(channel.publish({ text: 'hi' }));
    const { key, data } = last();
    expect(key).toMatch(/^[0-9a-f]{24}$/);
    expect(data).toEqual({ text: 'hi' });
    await fail(code);
    const before = last()['id'];
    await server.pass(250);
    expect(last()).toMatchObject({ type: 'publish', key, data: { text: 'hi' } });
    expect(last()['id']).not.toBe(before);
    await published();
    expect(outcome).toEqual({ value: position });
  },
);

it('a publication whose connection is lost is sent again on the next one, with the same key', async () => {
  const { server, channel, last, settled, published } = await signedIn();
  const outcome = settled(channel.publish(1, { key: 'k1' }));
  await server.close(1006);
  await server.pass(5_000);
  await server.send({ type: 'authenticated', user: 'admin' });
  expect(last()).toMatchObject({ type: 'publish', key: 'k1', data: 1 });
  await published();
  expect(outcome).toEqual({ value: position });
});

it.each(['forbidden', 'publicationTooBig', 'channelNotFound', 'invalidRequest'])(
  'a publication that failed with %s is not sent again',
  async (code) => {
    const { server, channel, count, settled, fail } = await signedIn();
    const outcome = settled(channel.publish(1));
    await fail(code);
    await server.pass(60_000);
    expect(outcome).toEqual({ code, name: 'RequestError' });
    expect(count()).toBe(1);
  },
);

it('a publication is given up after its time, however often it failed', async () => {
  const { server, channel, count, settled, fail } = await signedIn();
  const outcome = settled(channel.publish(1, { timeoutMs: 1_000 }));
  await fail('unknown');
  await server.pass(250);
  await fail('unknown');
  await server.pass(750);
  expect(outcome).toMatchObject({ code: 'timedOut' });
  const before = count();
  await server.pass(60_000);
  expect(count()).toBe(before);
});

it('publications are rejected when the session ends, and a wrong argument throws nothing to the server', async () => {
  const { server, session, channel, count, settled } = await signedIn();
  const pending = settled(channel.publish(1));
  const wrong = [
    settled(channel.publish(1n)),
    settled(channel.publish(1, { key: 'a b' })),
    settled(channel.publish(1, { timeoutMs: 0 })),
    settled(channel.publish(1, { kee: 'a' } as never)),
  ];
  await server.pass();
  for (const one of wrong) expect(one.name).toBe('TypeError');
  expect(count()).toBe(1);
  session.close();
  await server.close(1000, 'client left');
  await server.pass();
  expect(pending).toMatchObject({ name: 'NotSentError', code: 'ended' });
  const late = settled(channel.publish(2));
  await server.pass();
  expect(late).toMatchObject({ name: 'NotSentError' });
});

it('a session has at most 1000 publications without an answer, keeps them over a loss, and rejects more at once', async () => {
  const { server, channel, last, settled, published } = await signedIn();
  const outcomes = Array.from({ length: 1_005 }, (_, index) => settled(channel.publish(index)));
  await server.pass();
  const rejected = outcomes.filter(({ code }) => code !== undefined);
  expect(rejected).toEqual(Array(5).fill({ code: 'tooManyRequests', name: 'RequestError' }));
  expect(outcomes.slice(0, 1_000)).toEqual(Array(1_000).fill({}));
  await server.close(1006);
  await server.pass(5_000);
  expect(outcomes.slice(0, 1_000)).toEqual(Array(1_000).fill({}));
  await server.send({ type: 'authenticated', user: 'admin' });
  expect(last()).toMatchObject({ type: 'publish', data: 0 });
  await published();
  const next = settled(channel.publish('next'));
  await server.pass();
  expect(next).toEqual({});
});

it('presence is asked for, and its changes are events', async () => {
  const { server, channel, last, settled } = await signedIn();
  const changes: unknown[] = [];
  channel.on('presence', (change) => changes.push(change));
  const outcome = settled(channel.presence());
  const users = [{ user: 'ada', connections: 1 }];
  await server.send({ type: 'presence', id: last()['id'], channel: 'a', count: 1, users });
  expect(outcome).toEqual({ value: { count: 1, users } });
  await server.send({ type: 'presenceChanged', channel: 'a', count: 0, joined: [], left: ['ada'] });
  expect(changes).toEqual([{ count: 0, joined: [], left: ['ada'] }]);
});

it('a client that has asked for the presence asks again with each subscription, and its program gets all present users', async () => {
  const { server, channel, last, settled } = await signedIn();
  const changes: unknown[] = [];
  channel.on('presence', (change) => changes.push(change));
  const reader = channel[Symbol.asyncIterator]();
  void reader.next();
  const answer = (message: object) => server.send({ id: last()['id'], channel: 'a', ...message });
  const subscribed = { type: 'subscribed', position, recovered: false, publications: [] };
  await answer(subscribed);
  const outcome = settled(channel.presence());
  const users = (user: string) => [{ user, connections: 1 }];
  await answer({ type: 'presence', count: 1, users: users('ada') });
  expect(outcome).toEqual({ value: { count: 1, users: users('ada') } });
  expect(changes).toEqual([]);
  for (const user of ['bob', 'eve']) {
    await server.close(1006);
    await server.pass(5_000);
    await server.send({ type: 'authenticated', user: 'admin' });
    expect(last()).toMatchObject({ type: 'subscribe' });
    await answer(subscribed);
    expect(last()).toMatchObject({ type: 'presence', channel: 'a' });
    await answer({ type: 'presence', count: 1, users: users(user) });
    expect(changes.splice(0)).toEqual([{ count: 1, users: users(user), joined: [], left: [] }]);
  }
  // A client that may not ask any more does not ask again.
  for (const asks of ['presence', 'subscribe']) {
    await server.close(1006);
    await server.pass(5_000);
    await server.send({ type: 'authenticated', user: 'admin' });
    await answer(subscribed);
    expect(last()).toMatchObject({ type: asks });
    await server.send({ type: 'response', id: last()['id'], error: { code: 'forbidden', message: 'no' } });
  }
  expect(changes).toEqual([]);
});

it('requests and operations on channels share their numbers, so an answer reaches the one that asked', async () => {
  const { server, session, channel, settled } = await signedIn();
  const [request, publication] = [settled(session.request('m')), settled(channel.publish(1))];
  await server.pass();
  const ids = server.received.slice(1).map(({ message }) => message['id']);
  expect(new Set(ids).size).toBe(2);
  const publish = server.received.find(({ message }) => message['type'] === 'publish')?.message['id'];
  await server.send({ type: 'response', id: publish, error: { code: 'forbidden', message: 'no' } });
  expect(publication).toMatchObject({ code: 'forbidden' });
  expect(request).toEqual({});
});
