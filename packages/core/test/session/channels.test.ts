/**
 * Channels on a session (PROTOCOL.md, section 8): operations and their answers, the subscriber, and how a session that ends tells the
 * service. The service of channels is the test's own.
 */
import {
  accept,
  type ChannelRequest,
  type ChannelService,
  type Session,
  type SessionsOptions,
  type Subscriber,
  subscriberOf,
} from '@sallyport/core';
import { type ChannelResult, channelError, jsonProtocol, type Protocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { type Client, flushMicrotasks, harness } from '../harness.ts';

const SIGN_IN = JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' });
const operation = (id: number, type = 'subscribe', more = {}) =>
  JSON.stringify({ type, id, channel: 'room:42', ...more });
const cancel = (id: number) => JSON.stringify({ type: 'cancel', id });
const failed = (id: number, code: string) => ({ type: 'response', id, error: { code } });

const position = { epoch: 'e1', offset: 1, tag: '0123abcd' };
const channel = 'room:42';
const subscribed: ChannelResult = {
  type: 'subscribed',
  channel,
  position,
  recovered: false,
  publications: [],
};
const publication = {
  type: 'publication',
  channel,
  publication: { offset: 2, tag: '89abcdef', json: '1' },
} as const;
const published = { type: 'publication', channel, offset: 2, tag: '89abcdef', data: 1 };

/** A service whose answers the test gives. It records what it is told. */
function manualService(serve?: ChannelService['serve']) {
  const calls: { readonly request: ChannelRequest; readonly subscriber: Subscriber }[] = [];
  const told: [string, Subscriber][] = [];
  const channels: ChannelService = {
    serve(request, subscriber) {
      calls.push({ request, subscriber });
      return serve?.(request, subscriber);
    },
    ended: (subscriber) => told.push(['ended', subscriber]),
    refreshed: (subscriber) => told.push(['refreshed', subscriber]),
  };
  return { channels, calls, told };
}

/** A signed-in client that speaks JSON, with what it received after the acceptance. */
function connected(options: Partial<SessionsOptions> = {}) {
  const all = harness({ protocols: [jsonProtocol], ...options });
  const client = all.connect();
  client.send(SIGN_IN);
  return { ...all, client, received: () => receivedBy(client) };
}

const receivedBy = (client: Client) =>
  client
    .received()
    .slice(1)
    .map((one) => (String(one).startsWith('{') ? JSON.parse(String(one)) : one))
    .filter((one) => one !== 'ping' && one.type !== 'heartbeat');

const only = <One>(list: readonly One[]): One => {
  expect(list).toHaveLength(1);
  return list[0] as One;
};

describe('an operation on a channel', () => {
  it('is served with its session, and answered at once or later, with its id', async () => {
    const { channels, calls } = manualService((request) => {
      if (request.operation.type === 'unsubscribe') request.answer({ type: 'unsubscribed', channel });
    });
    const { client, received, sessions } = connected({ channels });
    client.send(operation(1, 'subscribe', { history: 5 }), operation(2, 'unsubscribe'));
    expect(calls.map(({ request }) => request.operation)).toEqual([
      { type: 'subscribe', channel, history: 5 },
      { type: 'unsubscribe', channel },
    ]);
    expect(calls[0]?.subscriber.session).toBe(client.session);
    expect(calls[0]?.subscriber.session.identity?.user).toBe('admin');
    expect(calls[0]?.subscriber.protocol).toBe(jsonProtocol);
    expect(calls[0]?.request.answer(subscribed)).toBe(true);
    expect(received()).toEqual([
      { type: 'unsubscribed', id: 2, channel },
      { ...subscribed, id: 1 },
    ]);
    expect(sessions.counters).toMatchObject({ requestsServed: 2, requestsFailed: 0 });
  });

  it('is answered before what the service sends right behind the answer', () => {
    const { channels } = manualService((request, subscriber) => {
      request.answer(subscribed);
      subscriber.event(publication);
    });
    const { client, received } = connected({ channels });
    client.send(operation(1));
    expect(received()).toEqual([{ ...subscribed, id: 1 }, published]);
  });

  it('that the service answers later is answered before what the service sends right behind the answer', async () => {
    const { channels } = manualService(async (request, subscriber) => {
      await Promise.resolve();
      request.answer(subscribed);
      subscriber.event(publication);
    });
    const { client, received } = connected({ channels });
    client.send(operation(1));
    await flushMicrotasks();
    expect(received()).toEqual([{ ...subscribed, id: 1 }, published]);
  });

  it('is answered channelNotFound where the server has no channels', () => {
    const { client, received, sessions } = connected();
    client.send(operation(1), operation(2, 'publish', { data: 1 }));
    expect(received()).toMatchObject([failed(1, 'channelNotFound'), failed(2, 'channelNotFound')]);
    expect(sessions.counters).toMatchObject({ requestsFailed: 2 });
  });

  it('against the grammar is answered invalidRequest, and the service does not get it', () => {
    const { channels, calls } = manualService();
    const { client, received } = connected({ channels });
    client.send(operation(1, 'subscribe', { channel: 'a b' }), operation(2, 'publish'));
    expect(received()).toMatchObject([failed(1, 'invalidRequest'), failed(2, 'invalidRequest')]);
    expect(calls).toEqual([]);
  });

  it('fails with the error that the service gives, throws, or rejects with', async () => {
    const { channels } = manualService((request) => {
      const error = channelError('forbidden', { why: 'test' });
      if (request.operation.type === 'subscribe') request.fail(error);
      else if (request.operation.type === 'presence') throw error;
      else return Promise.reject(error);
      return undefined;
    });
    const { client, received, faults } = connected({ channels });
    client.send(operation(1), operation(2, 'presence'), operation(3, 'unsubscribe'));
    await flushMicrotasks();
    expect(received()).toEqual(
      [1, 2, 3].map((id) => ({
        type: 'response',
        id,
        error: { code: 'forbidden', message: expect.any(String), data: { why: 'test' } },
      })),
    );
    expect(faults).toEqual([]);
  });

  it('fails with internal, and without its text, where the service throws another error; the fault names the channels', async () => {
    const { channels } = manualService((request) => {
      if (request.operation.type === 'subscribe') throw new Error('secret');
      return Promise.reject(new Error('secret'));
    });
    const { client, received, faults } = connected({ channels });
    client.send(operation(1), operation(2, 'unsubscribe'));
    await flushMicrotasks();
    expect(received()).toMatchObject([failed(1, 'internal'), failed(2, 'internal')]);
    expect(JSON.stringify(received())).not.toContain('secret');
    expect(faults.map(({ source }) => source)).toEqual(['channels', 'channels']);
  });

  it('shares its ids with requests', async () => {
    const { channels, calls } = manualService();
    const { client, received } = connected({ channels, requests: () => new Promise(() => undefined) });
    client.send(operation(1), JSON.stringify({ type: 'request', id: 1, method: 'm' }), operation(1));
    client.send(JSON.stringify({ type: 'request', id: 2, method: 'm' }), operation(2));
    expect(received()).toMatchObject([failed(1, 'idInUse'), failed(1, 'idInUse'), failed(2, 'idInUse')]);
    expect(calls).toHaveLength(1);
  });

  it('shares its limit with requests, and counts until the service has answered', () => {
    const { channels, calls } = manualService();
    const { client, received } = connected({
      channels,
      requests: () => new Promise(() => undefined),
      limits: { requests: 2 },
    });
    client.send(JSON.stringify({ type: 'request', id: 1, method: 'm' }), operation(2), operation(3));
    expect(received()).toMatchObject([failed(3, 'tooManyRequests')]);
    client.send(cancel(2), operation(4));
    expect(received().slice(1)).toMatchObject([failed(2, 'cancelled'), failed(4, 'tooManyRequests')]);
    expect(only(calls).request.answer(subscribed)).toBe(false);
    client.send(operation(5));
    expect(calls).toHaveLength(2);
  });

  it('that the client cancels is answered at once; its signal fires, and a late answer is refused', () => {
    const { channels, calls } = manualService();
    const { client, received, faults } = connected({ channels });
    client.send(operation(1));
    const { request } = only(calls);
    expect(request.signal.aborted).toBe(false);
    client.send(cancel(1));
    expect(request.signal.aborted).toBe(true);
    expect(request.answer(subscribed)).toBe(false);
    expect(request.fail(new Error('late'))).toBe(false);
    expect(received()).toMatchObject([failed(1, 'cancelled')]);
    expect(faults).toEqual([]);
  });

  it('does not get the answer of an earlier operation with its id', () => {
    const { channels, calls } = manualService();
    const { client, received } = connected({ channels });
    client.send(operation(1), cancel(1), operation(1, 'unsubscribe'));
    expect(calls[0]?.request.answer(subscribed)).toBe(false);
    expect(calls[1]?.request.answer({ type: 'unsubscribed', channel })).toBe(true);
    expect(received()).toMatchObject([failed(1, 'cancelled'), { type: 'unsubscribed', id: 1 }]);
  });

  it('that takes longer than requestMs is answered timedOut', () => {
    const { channels, calls } = manualService();
    const { client, received, clock } = connected({ channels, limits: { requestMs: 2_000 } });
    client.send(operation(1));
    clock.advance(2_000);
    expect(received()).toMatchObject([failed(1, 'timedOut')]);
    expect(only(calls).request.signal.aborted).toBe(true);
    expect(only(calls).request.answer(subscribed)).toBe(false);
  });

  it('whose service throws or rejects after it has answered is a fault, and the answer stays', async () => {
    for (const isAsync of [false, true]) {
      const error = new Error('late');
      const { channels } = manualService((request) => {
        request.answer(subscribed);
        if (isAsync) return Promise.reject(error);
        throw error;
      });
      const { client, received, faults } = connected({ channels });
      client.send(operation(1));
      await flushMicrotasks();
      expect(received()).toHaveLength(1);
      expect(received()).toMatchObject([{ type: 'subscribed', id: 1 }]);
      expect(faults).toEqual([expect.objectContaining({ source: 'channels', error })]);
    }
  });

  it('whose answer and whose error the protocol cannot encode is two faults, and the session goes on', () => {
    const { channels, calls } = manualService();
    const protocol = {
      ...jsonProtocol,
      encode: (answer: Parameters<typeof jsonProtocol.encode>[0]) => {
        if (answer.type === 'channelResult' || answer.type === 'requestFailed') throw new Error('no words');
        return jsonProtocol.encode(answer);
      },
    };
    const { client, received, faults } = connected({ channels, protocols: [protocol] });
    client.send(operation(1));
    expect(only(calls).request.answer(subscribed)).toBe(false);
    expect(faults.map(({ error }) => (error as Error).message)).toEqual(['no words', 'no words']);
    client.send(operation(2));
    expect(calls).toHaveLength(2);
    expect(received()).toEqual([]);
  });

  it('is answered once, whatever the service does', () => {
    const { channels, calls } = manualService();
    const { client, received } = connected({ channels });
    client.send(operation(1));
    const { request } = only(calls);
    expect([
      request.answer(subscribed),
      request.answer(subscribed),
      request.fail(new Error('again')),
    ]).toEqual([true, false, false]);
    expect(received()).toEqual([{ ...subscribed, id: 1 }]);
  });

  it('whose result is larger than resultBytes is answered all the same, because channels have limits of their own', () => {
    const { channels, calls } = manualService();
    const { client, received } = connected({ channels, limits: { resultBytes: 10 } });
    client.send(operation(1));
    expect(only(calls).request.answer(subscribed)).toBe(true);
    expect(received()).toEqual([{ ...subscribed, id: 1 }]);
  });

  it('whose result cannot be encoded fails with internal, and the service hears that the answer did not go out', () => {
    const { channels, calls } = manualService();
    const { client, received, faults } = connected({ channels });
    client.send(operation(1));
    const users = [{ user: 1n as never, connections: 1 }];
    expect(only(calls).request.answer({ type: 'presence', channel, count: 1, users })).toBe(false);
    expect(received()).toMatchObject([failed(1, 'internal')]);
    expect(faults.map(({ source }) => source)).toEqual(['channels']);
  });

  it('while the server drains is refused; an accepted one is finished, and the session waits for it', () => {
    const { channels, calls } = manualService();
    const { client, received, sessions } = connected({ channels });
    client.send(operation(1));
    void sessions.drain();
    client.send(operation(2));
    expect(received()).toMatchObject([failed(2, 'unavailable')]);
    expect(client.session.state).toBe('established.draining');
    expect(only(calls).request.answer(subscribed)).toBe(true);
    expect(received().slice(1)).toEqual([{ ...subscribed, id: 1 }, 'close 1012']);
  });

  it('during a verification of fresh credentials is served', () => {
    const { channels, calls } = manualService();
    let isFirst = true;
    const { client } = connected({
      channels,
      authenticate: () => {
        if (!isFirst) return new Promise(() => undefined);
        isFirst = false;
        return accept('admin');
      },
    });
    client.send(JSON.stringify({ type: 'refresh', token: 'fresh' }), operation(1));
    expect(client.session.state).toBe('established.refreshing');
    expect(calls).toHaveLength(1);
  });
});

describe('a subscriber', () => {
  it('is one object for the life of its session', () => {
    const { channels, calls } = manualService((request) => request.answer(subscribed));
    const { client } = connected({ channels });
    const before = subscriberOf(client.session);
    client.send(operation(1), operation(2));
    expect(calls.map(({ subscriber }) => subscriber === before)).toEqual([true, true]);
    expect(subscriberOf(client.session)).toBe(before);
  });

  it('keeps what the service puts there, and shows nothing of its session', () => {
    const { channels } = manualService();
    const { client } = connected({ channels });
    const subscriber = subscriberOf(client.session) as Subscriber;
    subscriber.state = { mine: 1 };
    expect(subscriberOf(client.session)?.state).toEqual({ mine: 1 });
    expect(Object.keys(subscriber)).toEqual(['state']);
  });

  it('sends data as it is, and counts it', () => {
    const { channels } = manualService();
    const { client, received, sessions } = connected({ channels });
    const sent = sessions.counters.messagesSent;
    expect(subscriberOf(client.session)?.send('"encoded"')).toBe('sent');
    expect(received()).toEqual(['"encoded"']);
    expect(sessions.counters.messagesSent).toBe(sent + 1);
  });

  it('that takes in too little ends its session from inside send, and hears of no further data', () => {
    const { channels, told } = manualService();
    const { client, endings } = connected({ channels });
    const subscriber = subscriberOf(client.session) as Subscriber;
    client.connection.sendResult = 'dropped';
    expect(subscriber.send('a')).toBe('dropped');
    expect(told).toEqual([['ended', subscriber]]);
    expect(endings.map(({ reason }) => reason)).toEqual(['stalled']);
    expect([subscriber.send('b'), subscriber.event(publication)]).toEqual(['closed', 'closed']);
  });

  it('whose protocol fails to encode an event drops it, and the fault names the protocol', () => {
    const { channels } = manualService();
    const broken: Protocol = {
      ...jsonProtocol,
      encode(answer) {
        if (answer.type === 'channelEvent') throw new Error('as the test requires');
        return jsonProtocol.encode(answer);
      },
    };
    const { client, faults } = connected({ channels, protocols: [broken] });
    expect(subscriberOf(client.session)?.event(publication)).toBe('dropped');
    expect(faults.map(({ source }) => source)).toEqual(['protocol']);
  });

  it('whose protocol cannot express an event gets nothing', () => {
    const { channels } = manualService();
    const silent: Protocol = {
      ...jsonProtocol,
      encode: (answer) => (answer.type === 'channelEvent' ? undefined : jsonProtocol.encode(answer)),
    };
    const { client, received, faults } = connected({ channels, protocols: [silent] });
    expect(subscriberOf(client.session)?.event(publication)).toBe('closed');
    expect([received(), faults]).toEqual([[], []]);
  });

  it('does not exist before the sign-in, after the end, in the text protocol, and where the server has no channels', () => {
    const { channels } = manualService();
    const json = harness({ protocols: [jsonProtocol], channels });
    const early = json.connect();
    expect(subscriberOf(early.session)).toBeUndefined();
    early.send(SIGN_IN);
    expect(subscriberOf(early.session)).toBeDefined();
    early.session.close();
    expect(subscriberOf(early.session)).toBeUndefined();
    expect(subscriberOf(harness({ channels }).signIn().session)).toBeUndefined();
    expect(subscriberOf(connected().client.session)).toBeUndefined();
  });

  it.each<unknown>([undefined, null, 1, {}, { id: 1 }])('of %j is a mistake of the caller', (session) => {
    expect(() => subscriberOf(session as Session)).toThrow('session must be the handle of a session');
  });
});

describe('the service of channels', () => {
  it.each<[string, (all: ReturnType<typeof connected>) => void]>([
    ['the application closes the session', ({ client }) => client.session.close()],
    ['the user is revoked', ({ sessions }) => sessions.revoke('admin')],
    ['the identity expires', ({ clock }) => clock.advance(60_000)],
    ['the connection is lost', ({ client }) => client.connection.closed()],
    ['the client sends a malformed message', ({ client }) => client.send('nonsense')],
    ['the server drains', ({ sessions }) => void sessions.drain()],
  ])('hears once, before the close frame, that a session with a subscriber ends because %s', (_, end) => {
    const heardAtEnd: unknown[] = [];
    const { channels, calls } = manualService((request) => request.answer(subscribed));
    const ended: Subscriber[] = [];
    const all = connected({
      authenticate: () => accept('admin', { expiresInMs: 60_000 }),
      limits: { silenceMs: 100_000 },
      channels: {
        ...channels,
        ended(subscriber) {
          ended.push(subscriber);
          heardAtEnd.push(...all.received(), subscriber.send('too late'));
        },
      },
    });
    all.client.send(operation(1));
    end(all);
    all.client.connection.closed();
    expect(ended).toEqual([only(calls).subscriber]);
    expect(heardAtEnd).toEqual([{ ...subscribed, id: 1 }, 'closed']);
    expect(all.received().join()).not.toContain('too late');
  });

  it.each([
    [1000, true],
    [1001, true],
    [1006, false],
    [1002, false],
  ])('hears whether the client closed the connection itself: code %d', (code, expected) => {
    const heard: boolean[] = [];
    const { channels } = manualService((request) => request.answer(subscribed));
    const { client } = connected({
      channels: { ...channels, ended: (_, hasLeft) => void heard.push(hasLeft) },
    });
    client.send(operation(1));
    client.connection.closed(code);
    expect(heard).toEqual([expected]);
  });

  it('hears that the client has not left if the server ends the session', () => {
    const heard: boolean[] = [];
    const { channels } = manualService((request) => request.answer(subscribed));
    const { client } = connected({
      channels: { ...channels, ended: (_, hasLeft) => void heard.push(hasLeft) },
    });
    client.send(operation(1));
    client.session.close();
    client.connection.closed(1000);
    expect(heard).toEqual([false]);
  });

  it('hears nothing of a session that has used no channel', () => {
    const { channels, told } = manualService();
    const { client } = connected({ channels });
    client.session.onEnd(() => undefined);
    client.session.close();
    expect(told).toEqual([]);
  });

  it('hears of a refresh after the client does, with the new identity', () => {
    const { channels, told } = manualService();
    let claims = 0;
    const { client, received } = connected({
      channels,
      authenticate: () => {
        claims += 1;
        return accept('admin', { claims: { claims } });
      },
    });
    const subscriber = subscriberOf(client.session) as Subscriber;
    client.send(JSON.stringify({ type: 'refresh', token: 'fresh' }));
    expect(told).toEqual([['refreshed', subscriber]]);
    expect(subscriber.session.identity?.claims).toEqual({ claims: 2 });
    expect(received()).toMatchObject([{ type: 'refreshed' }]);
  });

  it('may throw or reject when it is told: that is a fault, and the session goes on or ends as it should', async () => {
    const { client, received, faults } = connected({
      channels: {
        serve: (request) => request.answer(subscribed),
        refreshed: () => Promise.reject(new Error('as the test requires')) as never,
        ended() {
          throw new Error('as the test requires');
        },
      },
      authenticate: () => accept('admin'),
    });
    client.send(operation(1), JSON.stringify({ type: 'refresh', token: 'fresh' }));
    await flushMicrotasks();
    client.session.close();
    expect(faults.map(({ source }) => source)).toEqual(['channels', 'channels']);
    expect(received().at(-1)).toBe('close 1000');
  });

  it('is told of the end after the signals of its operations have fired', () => {
    const { channels, calls } = manualService();
    const aborted: boolean[] = [];
    const { client } = connected({
      channels: { ...channels, ended: () => aborted.push(only(calls).request.signal.aborted) },
    });
    client.send(operation(1));
    client.session.close();
    expect(aborted).toEqual([true]);
    expect(only(calls).request.answer(subscribed)).toBe(false);
  });

  it('may end the session while it answers', () => {
    const { channels } = manualService((request, subscriber) => {
      subscriber.session.close();
      request.answer(subscribed);
    });
    const { client, received, faults } = connected({ channels });
    client.send(operation(1));
    expect(received()).toEqual([{ ...subscribed, id: 1 }, 'close 1000']);
    expect(faults).toEqual([]);
  });
});
