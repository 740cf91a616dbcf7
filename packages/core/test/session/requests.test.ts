/** Requests on a session (PROTOCOL.md, section 7): answers, errors, limits, cancellation, and how a session that ends gives them up. */
import {
  accept,
  type IncomingRequest,
  RequestError,
  type RequestHandler,
  type SessionsOptions,
} from '@sallyport/core';
import { jsonProtocol } from '@sallyport/protocol';
import { describe, expect, it } from 'vitest';
import { type Client, type Deferred, deferred, flushMicrotasks, harness } from '../harness.ts';

const SIGN_IN = JSON.stringify({ type: 'authenticate', username: 'admin', password: '123456' });
const request = (id: number, method = 'm', params?: unknown) =>
  JSON.stringify({ type: 'request', id, method, params });
const cancel = (id: number) => JSON.stringify({ type: 'cancel', id });
const text = (what: string) => JSON.stringify({ type: 'message', text: what });

/** A signed-in client that speaks JSON, with what it received after the acceptance. */
function connected(options: Partial<SessionsOptions>) {
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

/** A handler whose results the test gives. */
function manualHandler() {
  const calls: (IncomingRequest & Deferred<unknown>)[] = [];
  const requests: RequestHandler = (incoming) => {
    const result = deferred<unknown>();
    calls.push(Object.assign(incoming, result));
    return result.promise;
  };
  return { requests, calls };
}

class BadThenable {
  // biome-ignore lint/suspicious/noThenProperty: it is about those
  then(): void {
    JSON.parse('secret');
  }
}

class EagerThenable {
  // biome-ignore lint/suspicious/noThenProperty: it is about those
  then(resolve: (value: unknown) => void, reject: (error: unknown) => void): void {
    resolve(1);
    resolve(2);
    reject(3);
  }
}

const failed = (id: number, code: string) => ({ type: 'response', id, error: { code } });
const cycle: unknown[] = [];
cycle.push(cycle);

describe('a request', () => {
  it('is served with its method, its parameters and its session, and answered at once or later', async () => {
    const served: unknown[] = [];
    const { client, received, sessions } = connected({
      requests: ({ id, method, params }, session) => {
        served.push([id, method, params, session.identity?.user]);
        return method === 'later' ? Promise.resolve({ sum: 3 }) : [params];
      },
    });
    client.send(request(1, 'later', { a: 1 }), request(2, 'now', 'x'), request(3, 'now'));
    await flushMicrotasks();
    expect(served).toEqual([
      [1, 'later', { a: 1 }, 'admin'],
      [2, 'now', 'x', 'admin'],
      [3, 'now', undefined, 'admin'],
    ]);
    expect(received()).toEqual([
      { type: 'response', id: 2, result: ['x'] },
      { type: 'response', id: 3, result: [null] },
      { type: 'response', id: 1, result: { sum: 3 } },
    ]);
    expect(sessions.counters).toMatchObject({ requestsServed: 3, requestsFailed: 0, faults: 0 });
  });

  it('is answered methodNotFound where the server has no handler', () => {
    const { client, received, sessions } = connected({});
    client.send(request(1), text('hello'));
    expect(received()).toMatchObject([failed(1, 'methodNotFound'), { type: 'message' }]);
    expect(sessions.counters).toMatchObject({ requestsServed: 0, requestsFailed: 1 });
  });

  it('is answered in any order, and messages keep theirs', async () => {
    const { requests, calls } = manualHandler();
    const { client, received } = connected({ requests });
    client.send(request(1), text('a'), request(2), text('b'));
    calls[1]?.resolve('second');
    await flushMicrotasks();
    calls[0]?.resolve('first');
    await flushMicrotasks();
    expect(received().map((one) => one.text ?? one.result)).toEqual([
      'your submit context: a',
      'your submit context: b',
      'second',
      'first',
    ]);
  });

  it('is answered invalidRequest if it is malformed, and the session goes on', () => {
    const { client, received } = connected({ requests: () => 1 });
    client.send(
      '{"type":"request","id":4,"method":""}',
      '{"type":"request","id":5,"method":"m","params":1e999}',
    );
    client.send(request(6));
    expect(received()).toMatchObject([
      failed(4, 'invalidRequest'),
      failed(5, 'invalidRequest'),
      { id: 6, result: 1 },
    ]);
  });

  it('before the acceptance is malformed, and no handler sees it', () => {
    let calls = 0;
    const client = harness({ protocols: [jsonProtocol], requests: () => (calls += 1) }).connect();
    client.send(request(1));
    expect(client.received()).toEqual(['close 4400']);
    expect(calls).toBe(0);
  });

  it('waits while the credentials are verified, and is served after the acceptance', async () => {
    const { client, received } = (() => {
      const all = harness({
        protocols: [jsonProtocol],
        authenticate: async () => accept('admin'),
        requests: ({ id }) => id,
      });
      const one = all.connect();
      return { client: one, received: () => receivedBy(one) };
    })();
    client.send(SIGN_IN, request(1));
    expect(client.received()).toEqual([]);
    await flushMicrotasks();
    expect(received()).toEqual([{ type: 'response', id: 1, result: 1 }]);
  });

  it('goes on during a refresh', async () => {
    const verdict = deferred<ReturnType<typeof accept>>();
    let isFirst = true;
    const { client, received } = connected({
      authenticate: () => {
        if (!isFirst) return verdict.promise;
        isFirst = false;
        return accept('admin');
      },
      requests: ({ method }) => (method === 'now' ? 1 : Promise.resolve(2)),
    });
    client.send(JSON.stringify({ type: 'refresh', token: 't' }), request(1, 'now'), request(2, 'later'));
    await flushMicrotasks();
    expect(received()).toMatchObject([
      { id: 1, result: 1 },
      { id: 2, result: 2 },
    ]);
  });

  it('in the text protocol is a message like any other', () => {
    const { connect } = harness({ requests: () => 1 });
    const client = connect();
    client.send('admin:123456', request(1));
    expect(client.received().at(-1)).toBe(`your submit context: ${request(1)}`);
  });
});

describe('an answer', () => {
  it('to a connection that closed while the handler ran is not sent', () => {
    const all = connected({
      requests: () => {
        all.client.connection.closed(1006);
        return 1;
      },
    });
    all.client.send(request(1));
    expect(all.received()).toEqual([]);
    expect(all.endings).toMatchObject([{ reason: 'connectionLost' }]);
    expect(all.sessions.counters).toMatchObject({ requestsServed: 0, requestsFailed: 0 });
    expect(all.faults).toEqual([]);
  });

  it('that the protocol cannot express is counted and not sent', () => {
    const mute: typeof jsonProtocol = {
      ...jsonProtocol,
      encode: (answer) => (answer.type === 'response' ? undefined : jsonProtocol.encode(answer)),
    };
    const { client, received, sessions } = connected({ protocols: [mute], requests: () => 1 });
    client.send(request(1));
    expect(received()).toEqual([]);
    expect(sessions.counters.requestsServed).toBe(1);
  });
});

describe('an error', () => {
  it('that is a RequestError of another copy of the package goes to the client', () => {
    const { client, received, faults } = connected({
      requests: () => {
        throw Object.assign(new Error('the room is full'), { name: 'RequestError', code: 'room.full' });
      },
    });
    client.send(request(1));
    expect(received()).toEqual([
      { type: 'response', id: 1, error: { code: 'room.full', message: 'the room is full' } },
    ]);
    expect(faults).toEqual([]);
  });

  it.each([true, false])('that the handler means for the client goes to it (async: %s)', async (isAsync) => {
    const error = new RequestError('room.full', 'the room is full', { seats: 8 });
    const { client, received, faults } = connected({
      requests: () => {
        if (isAsync) return Promise.reject(error);
        throw error;
      },
    });
    client.send(request(1));
    await flushMicrotasks();
    expect(received()).toEqual([
      {
        type: 'response',
        id: 1,
        error: { code: 'room.full', message: 'the room is full', data: { seats: 8 } },
      },
    ]);
    expect(faults).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('secret')],
    ['rejects', () => Promise.reject(new Error('secret'))],
    ['rejects with nothing', () => Promise.reject()],
    ['returns a thenable that throws', () => new BadThenable()],
    ['returns a function', () => () => 'secret'],
    ['returns a symbol', () => Symbol('secret')],
    ['resolves with a BigInt', async () => 1n],
    ['returns a cycle', () => cycle],
    [
      'returns an object whose getter throws',
      () => ({
        get a() {
          return JSON.parse('secret');
        },
      }),
    ],
    [
      'throws a RequestError whose data is not JSON',
      () => {
        throw new RequestError('a', 'b', 1n);
      },
    ],
    [
      'throws a RequestError without a text',
      () => {
        throw Object.assign(new RequestError('a'), { message: undefined });
      },
    ],
  ])('of a handler that %s is a fault, and the client gets internal without its text', async (_, handler) => {
    const { client, received, faults, sessions } = connected({ requests: handler });
    client.send(request(1), text('hello'));
    await flushMicrotasks();
    expect(received()).toHaveLength(2);
    expect(received()).toContainEqual({
      type: 'response',
      id: 1,
      error: { code: 'internal', message: 'the request failed on the server' },
    });
    expect(JSON.stringify(received())).not.toContain('secret');
    expect(faults).toMatchObject([{ source: 'requests' }]);
    expect(sessions.counters).toMatchObject({ requestsFailed: 1, requestsServed: 0 });
    expect(client.session.state).toBe('established.steady');
  });

  it('of a thenable that settles twice answers once', async () => {
    const { client, received } = connected({ requests: () => new EagerThenable() });
    client.send(request(1));
    await flushMicrotasks();
    expect(received()).toEqual([{ type: 'response', id: 1, result: 1 }]);
  });
});

describe('a limit', () => {
  it('of the requests under way refuses a further one, until one has settled', async () => {
    const { requests, calls } = manualHandler();
    const { client, received } = connected({ requests, limits: { requests: 2 } });
    client.send(request(1), request(2), request(3));
    expect(received()).toMatchObject([failed(3, 'tooManyRequests')]);
    calls[0]?.resolve(1);
    await flushMicrotasks();
    client.send(request(4));
    expect(calls.map(({ id }) => id)).toEqual([1, 2, 4]);
  });

  it('E31: of the requests under way counts a cancelled one until its handler has settled', async () => {
    const { requests, calls } = manualHandler();
    const { client, received } = connected({ requests, limits: { requests: 1 } });
    for (let id = 1; id <= 50; id += 1) client.send(request(id), cancel(id));
    expect(calls).toHaveLength(1);
    expect(received()).toHaveLength(50);
    calls[0]?.resolve('late');
    await flushMicrotasks();
    client.send(request(51));
    expect(calls.map(({ id }) => id)).toEqual([1, 51]);
    expect(received()).toHaveLength(50);
  });

  it('of the time answers timedOut, fires the signal, and ignores the late result', async () => {
    const { requests, calls } = manualHandler();
    const { client, received, clock } = connected({
      requests,
      limits: { requestMs: 5_000, silenceMs: Number.POSITIVE_INFINITY },
    });
    client.send(request(1));
    const { signal } = calls[0] as IncomingRequest;
    clock.advance(2_000);
    client.send(request(2));
    clock.advance(2_000);
    expect(received()).toEqual([]);
    expect(signal.aborted).toBe(false);
    clock.advance(2_000);
    expect(received()).toMatchObject([failed(1, 'timedOut')]);
    expect(signal.aborted).toBe(true);
    calls[0]?.resolve('late');
    await flushMicrotasks();
    expect(received()).toHaveLength(1);
    calls[1]?.resolve('in time');
    await flushMicrotasks();
    expect(received().at(-1)).toMatchObject({ id: 2, result: 'in time' });
  });

  it('E33: of the time is a fault, once, that names the method of a handler that has not settled, and its place stays taken', async () => {
    const { requests, calls } = manualHandler();
    const { client, received, clock, faults } = connected({
      requests,
      limits: { requestMs: 5_000, requests: 2, silenceMs: Number.POSITIVE_INFINITY },
    });
    client.send(request(1, 'room.export'));
    clock.advance(6_000);
    expect(faults).toMatchObject([
      {
        source: 'requests',
        error: {
          message:
            'the handler of room.export has not settled for 5000 ms: it holds one of the 2 places for requests of this session until it settles',
        },
        session: { id: client.session.id },
      },
    ]);
    clock.advance(60_000);
    client.send(request(2), request(3));
    expect(faults).toHaveLength(1);
    expect(received()).toMatchObject([failed(1, 'timedOut'), failed(3, 'tooManyRequests')]);
    calls[0]?.resolve('late');
    await flushMicrotasks();
    client.send(request(4));
    expect(calls.map(({ id }) => id)).toEqual([1, 2, 4]);
  });

  it('E33: of the time is a fault also for handlers of cancelled requests, in whatever order the client cancelled them', async () => {
    const { requests, calls } = manualHandler();
    const { client, clock, faults } = connected({
      requests,
      limits: { requestMs: 5_000, silenceMs: Number.POSITIVE_INFINITY },
    });
    client.send(request(1, 'first'), request(2, 'settles'));
    clock.advance(2_000);
    client.send(request(3, 'second'), cancel(3), cancel(2), cancel(1));
    calls[1]?.reject(new Error('aborted'));
    await flushMicrotasks();
    const methods = () => faults.map(({ error }) => /handler of (\w+)/.exec(String(error))?.[1]);
    clock.advance(4_000);
    expect(methods()).toEqual(['first']);
    clock.advance(60_000);
    expect(methods()).toEqual(['first', 'second']);
  });

  it.each([
    ['ASCII', 'x', 1],
    ['characters of three bytes', '€', 3],
  ])('of the bytes of an answer counts the whole message: %s', (_, letter, bytes) => {
    const frame = '{"type":"response","id":1,"result":""}'.length;
    const { client, received } = connected({
      requests: ({ params }) => letter.repeat(params as number),
      limits: { resultBytes: frame + bytes * 100 },
    });
    client.send(request(1, 'm', 100), request(2, 'm', 101));
    expect(received()).toMatchObject([{ id: 1, result: letter.repeat(100) }, failed(2, 'resultTooBig')]);
  });

  it('of the bytes of an answer also bounds an error of the handler', () => {
    const { client, received } = connected({
      requests: () => {
        throw new RequestError('a', 'x'.repeat(500));
      },
      limits: { resultBytes: 400 },
    });
    client.send(request(1));
    expect(received()).toMatchObject([failed(1, 'resultTooBig')]);
  });

  it('E1, E34: of the unsent bytes ends a client that asks and does not read', () => {
    const { client, endings } = connected({
      requests: () => 'x'.repeat(1_000),
      limits: { unsentBytes: 10_000 },
    });
    client.connection.sendResult = 'buffered';
    for (let id = 1; id <= 20; id += 1) {
      client.connection.bufferedAmount += 1_050;
      if (endings.length === 0) client.send(request(id));
    }
    expect(endings).toMatchObject([{ reason: 'stalled' }]);
  });

  it('of the bytes of a message ends the session for a request that is larger', () => {
    const { client, received } = connected({ limits: { messageBytes: 100 } });
    client.send(request(1, 'm', 'x'.repeat(100)));
    expect(received()).toEqual(['close 1009']);
  });
});

describe('an id', () => {
  it('that is in use is refused, and the first request goes on', async () => {
    const { requests, calls } = manualHandler();
    const { client, received } = connected({ requests });
    client.send(request(1, 'a'), request(1, 'b'));
    expect(received()).toMatchObject([failed(1, 'idInUse')]);
    calls[0]?.resolve('done');
    await flushMicrotasks();
    expect(received().at(-1)).toEqual({ type: 'response', id: 1, result: 'done' });
  });

  it('can be used again after the answer, and a late result of the earlier request does not answer the later one', async () => {
    const { requests, calls } = manualHandler();
    const { client, received } = connected({ requests });
    client.send(request(1), cancel(1), request(1));
    calls[0]?.resolve('of the first');
    await flushMicrotasks();
    expect(received()).toMatchObject([failed(1, 'cancelled')]);
    calls[1]?.resolve('of the second');
    await flushMicrotasks();
    expect(received().at(-1)).toEqual({ type: 'response', id: 1, result: 'of the second' });
    expect(received()).toHaveLength(2);
  });
});

describe('a cancellation', () => {
  it('answers the request at once and fires its signal, whenever the handler asks for it', async () => {
    const { requests, calls } = manualHandler();
    const { client, received } = connected({ requests });
    client.send(request(1), request(2));
    const before = (calls[0] as IncomingRequest).signal;
    client.send(cancel(1), cancel(2));
    expect(received()).toMatchObject([failed(1, 'cancelled'), failed(2, 'cancelled')]);
    expect([before.aborted, calls[1]?.signal.aborted]).toEqual([true, true]);
    calls[0]?.reject(new Error('aborted'));
    await flushMicrotasks();
    expect(received()).toHaveLength(2);
  });

  it('of a request that is unknown or answered is ignored', () => {
    const { client, received } = connected({ requests: () => 1 });
    client.send(cancel(9), request(1), cancel(1));
    expect(received()).toEqual([{ type: 'response', id: 1, result: 1 }]);
    expect(client.session.state).toBe('established.steady');
  });

  it('does not fire the signal of a request that was answered', async () => {
    const { requests, calls } = manualHandler();
    const { client } = connected({ requests });
    client.send(request(1));
    calls[0]?.resolve(1);
    await flushMicrotasks();
    client.connection.closed(1000);
    expect(calls[0]?.signal.aborted).toBe(false);
  });
});

/** Ways in which a session ends. */
const ends: [string, (all: ReturnType<typeof connected>) => void][] = [
  ['because the connection is lost', ({ client }) => client.connection.closed(1006)],
  ['because the client leaves', ({ client }) => client.connection.closed(1000)],
  ['because the application closes it', ({ client }) => client.session.close()],
  ['because the user is revoked', ({ sessions }) => sessions.revoke('admin')],
  ['because the identity expires', ({ clock }) => clock.advance(20_000)],
  ['because of a malformed message', ({ client }) => client.send('{')],
  ['because the client is silent', ({ clock }) => clock.advance(36_000)],
];

describe('a session that ends', () => {
  it.each(ends)('E32: gives up its requests %s: signals fire, and nothing is answered', async (_, end) => {
    const { requests, calls } = manualHandler();
    const all = connected({
      requests,
      authenticate: () => accept('admin', { expiresInMs: 20_000 }),
    });
    all.client.send(request(1), request(2));
    const { signal } = calls[0] as IncomingRequest;
    end(all);
    expect([signal.aborted, calls[1]?.signal.aborted]).toEqual([true, true]);
    calls[0]?.resolve('late');
    calls[1]?.reject(new Error('late'));
    await flushMicrotasks();
    expect(all.received().filter((one) => one.type === 'response')).toEqual([]);
    expect(all.faults).toEqual([]);
  });

  it('fires the signals before the close frame', () => {
    const order: string[] = [];
    const { client } = connected({
      requests: ({ signal }) => {
        signal.addEventListener('abort', () => order.push(String(client.received().at(-1))));
        return new Promise(() => undefined);
      },
    });
    client.send(request(1));
    client.session.close();
    expect(order).not.toContain('close 1000');
    expect(order).toHaveLength(1);
  });

  it('sends the result of a handler that closes the session, before the close frame', () => {
    const { client, received } = connected({
      requests: (_, session) => {
        session.close('enough');
        return 'done';
      },
    });
    client.send(request(1), request(2));
    expect(received()).toMatchObject([{ id: 1, result: 'done' }, 'close 1000']);
  });
});

describe('a listener for the end of the sign-in', () => {
  it('is called once, in order, as soon as the session closes and before the close frame', () => {
    const order: string[] = [];
    const { client } = connected({});
    client.session.onEnd(() => order.push(`first, after ${client.received().length} messages`));
    client.session.onEnd(() => order.push('second'));
    expect(order).toEqual([]);
    const before = client.received().length;
    client.session.close();
    expect(order).toEqual([`first, after ${before} messages`, 'second']);
    client.connection.closed(1000);
    expect(order).toHaveLength(2);
  });

  it.each(ends)('E32: is called if the session ends %s', (_, end) => {
    let calls = 0;
    const all = connected({ authenticate: () => accept('admin', { expiresInMs: 20_000 }) });
    all.client.session.onEnd(() => {
      calls += 1;
    });
    end(all);
    expect(calls).toBe(1);
  });

  it('is called at once if the client is not signed in, before the acceptance and after the end', () => {
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const client = harness({ protocols: [jsonProtocol] }).connect();
    client.session.onEnd(count);
    expect(calls).toBe(1);
    client.send(SIGN_IN);
    client.session.onEnd(count);
    expect(calls).toBe(1);
    client.connection.closed(1000);
    client.session.onEnd(count);
    expect(calls).toBe(3);
  });

  it('that throws or rejects is a fault, and the others are called', async () => {
    let calls = 0;
    const { client, faults } = connected({});
    client.session.onEnd(() => {
      throw new Error('a');
    });
    client.session.onEnd((() => Promise.reject(new Error('b'))) as () => void);
    client.session.onEnd(() => {
      calls += 1;
    });
    client.session.close();
    await flushMicrotasks();
    expect(calls).toBe(1);
    expect(faults).toMatchObject([{ source: 'requests' }, { source: 'requests' }]);
  });

  it('stays while requests come and go, and may close or send', async () => {
    const results: unknown[] = [];
    const { client } = connected({ requests: async () => 1 });
    client.session.onEnd(() => results.push(client.session.send('late'), client.session.close()));
    client.send(request(1));
    await flushMicrotasks();
    client.session.close();
    expect(results).toEqual(['closed', undefined]);
  });

  it('must be a function', () => {
    const { client } = connected({});
    expect(() => client.session.onEnd(1 as never)).toThrow('listener must be a function, not 1');
  });
});

describe('a drain', () => {
  it('finishes the accepted requests, refuses new ones, takes cancellations, and ignores messages', async () => {
    const { requests, calls } = manualHandler();
    const { client, received, sessions } = connected({ requests });
    client.send(request(1), request(2));
    void sessions.drain();
    client.send(request(3), '{"type":"request","id":4}', text('ignored'), '{', cancel(2));
    expect(received()).toMatchObject([
      failed(3, 'unavailable'),
      failed(4, 'invalidRequest'),
      failed(2, 'cancelled'),
    ]);
    expect(sessions.counters.messagesIgnored).toBe(2);
    calls[0]?.resolve('done');
    await flushMicrotasks();
    expect(received().slice(3)).toMatchObject([{ id: 1, result: 'done' }, 'close 1012']);
  });

  it('waits for replies and requests alike', async () => {
    const { requests, calls } = manualHandler();
    const reply = deferred<string>();
    const { client, received, sessions } = connected({ requests, application: () => reply.promise });
    client.send(request(1), text('hello'));
    void sessions.drain();
    calls[0]?.resolve(1);
    await flushMicrotasks();
    expect(received()).not.toContain('close 1012');
    reply.resolve('hi');
    await flushMicrotasks();
    expect(received().slice(-2)).toMatchObject([{ text: 'hi' }, 'close 1012']);
  });

  it('closes at once where the last request is cancelled, and does not wait for its handler', () => {
    const { requests } = manualHandler();
    const { client, received, sessions } = connected({ requests });
    client.send(request(1), cancel(1), request(2));
    void sessions.drain();
    client.send(cancel(2));
    expect(received().at(-1)).toBe('close 1012');
  });

  it('gives up the requests that take longer than the drain', () => {
    const { requests, calls } = manualHandler();
    const { client, received, sessions, clock } = connected({ requests, limits: { drainMs: 1_000 } });
    client.send(request(1));
    void sessions.drain();
    clock.advance(1_000);
    expect(received()).toEqual(['close 1012']);
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('ignores requests that come faster than the rate', () => {
    const { requests } = manualHandler();
    const { client, received, sessions } = connected({
      requests,
      limits: { messagesPerSecond: 1, burst: 3 },
    });
    client.send(request(1));
    void sessions.drain();
    client.send(request(2), request(3), request(4));
    expect(received()).toMatchObject([failed(2, 'unavailable')]);
  });
});

describe('a message with data', () => {
  it('goes to the application as { data }, and the default application sends it back', () => {
    const { client, received } = connected({});
    client.send('{"type":"message","data":{"a":[1]}}');
    expect(received()).toEqual([{ type: 'message', data: { a: [1] } }]);
  });

  it('is sent by a session, and to a client of the text protocol as its JSON text', () => {
    const { client, received } = connected({});
    expect(client.session.send({ data: { a: 1 } })).toBe('sent');
    expect(received()).toEqual([{ type: 'message', data: { a: 1 } }]);
    const other = harness().signIn();
    other.session.send({ data: { a: 1 } });
    expect(other.received().at(-1)).toBe('{"a":1}');
  });

  it.each([undefined, () => 1, 1n, cycle])('that is not JSON is a UsageError of the caller (%#)', (data) => {
    const { client, received, faults } = connected({});
    expect(() => client.session.send({ data })).toThrow('message.data must be JSON');
    expect(() => client.session.send({} as never)).toThrow('message must be a string, bytes, or { data }');
    expect(received()).toEqual([]);
    expect(faults).toEqual([]);
    expect(client.session.state).toBe('established.steady');
  });

  it.each([true, false])(
    'that is not JSON, as a reply, is a fault of the application (async: %s)',
    async (isAsync) => {
      const reply = { data: 1n };
      const { client, received, faults } = connected({
        application: () => (isAsync ? Promise.resolve(reply) : reply),
      });
      client.send(text('a'));
      await flushMicrotasks();
      expect(received()).toEqual(['close 1011']);
      expect(faults).toMatchObject([{ source: 'application' }]);
    },
  );

  it('waits for the application within the bytes of the limit', () => {
    const { client, received } = connected({
      application: () => new Promise(() => undefined),
      limits: { concurrentMessages: 1, waitingBytes: 20 },
    });
    const data = JSON.stringify({ type: 'message', data: 'x'.repeat(10) });
    client.send(data, data);
    expect(received()).toEqual([]);
    client.send(data);
    expect(received()).toEqual(['close 1008']);
  });
});

describe('a message that the application refuses with a RequestError', () => {
  it('is answered with the error, in the place of its reply, and the session goes on', async () => {
    const first = deferred<string>();
    const { client, received, faults } = connected({
      application: (message) => {
        if (message === 'first') return first.promise;
        if (message === 'late') return Promise.reject(new RequestError('late.no'));
        if (message === 'good') return 'good';
        throw new RequestError('invalidMessage', undefined, [{ path: ['a'] }]);
      },
    });
    client.send(text('bad'), text('first'), text('bad'), text('late'), text('good'));
    first.resolve('first');
    await flushMicrotasks();
    const invalid = {
      type: 'error',
      error: 'invalidMessage',
      message: 'the message does not fit the contract',
      data: [{ path: ['a'] }],
    };
    expect(received()).toEqual([
      invalid,
      { type: 'message', text: 'first' },
      invalid,
      { type: 'error', error: 'late.no', message: 'late.no' },
      { type: 'message', text: 'good' },
    ]);
    expect(faults).toEqual([]);
  });

  it('is a fault if the data of the error is not JSON', () => {
    const { client, received, faults } = connected({
      application: () => {
        throw new RequestError('a', 'b', 1n);
      },
    });
    client.send(text('a'));
    expect(received()).toEqual(['close 1011']);
    expect(faults).toMatchObject([{ source: 'application' }]);
  });

  it('is answered with the text of the error in the text protocol, and the session goes on', () => {
    const client = harness({
      application: () => {
        throw new RequestError('invalidMessage', 'not that');
      },
    }).signIn();
    client.send('a');
    expect(client.received().slice(1)).toEqual(['not that']);
    expect(client.session.state).toBe('established.steady');
  });
});

it('a listener that an asynchronous handler registers before its first await is called at the end', () => {
  let ends = 0;
  const { client } = connected({
    requests: (_, session) => {
      session.onEnd(() => {
        ends += 1;
      });
      return new Promise(() => undefined);
    },
  });
  client.send(JSON.stringify({ type: 'request', id: 1, method: 'm' }));
  client.session.close();
  expect(ends).toBe(1);
});
