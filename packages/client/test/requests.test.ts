/** Stories of requests: answered, refused, lost, sent again, aborted; and of messages with data. */
import {
  type ConnectOptions,
  NotSentError,
  RequestError,
  RequestLostError,
  type RequestsOptions,
  requests,
} from '@sallyport/client';
import type { SessionsOptions } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { network } from './network.ts';
import { scriptedServer } from './scripted-server.ts';

/** The outcome of a promise, once it has one. */
function outcomeOf(promise: Promise<unknown>) {
  const outcome: { result?: unknown; error?: unknown } = {};
  promise.then(
    (result) => {
      outcome.result = result;
    },
    (error) => {
      outcome.error = error;
    },
  );
  return outcome;
}

async function served(handler: SessionsOptions['requests'], options: Partial<ConnectOptions> = {}) {
  const net = network({ ...(handler && { requests: handler }) });
  const { session } = net.connect({ ...options, extensions: [requests()] });
  await net.pass();
  return { net, session };
}

/** A signed-in session whose server's every word the test says. */
async function scripted(limits: RequestsOptions = {}, options: Partial<ConnectOptions> = {}) {
  const server = scriptedServer();
  const { session } = server.connect({ ...options, extensions: [requests(limits)] });
  await server.pass();
  await server.send({ type: 'authenticated', user: 'admin' });
  /** What the client said after its credentials. */
  const said = () => server.received.map((one) => one.message).filter(({ type }) => type !== 'authenticate');
  return { server, session, said };
}

const signInAgain = async (server: ReturnType<typeof scriptedServer>) => {
  await server.pass(5_000);
  await server.send({ type: 'authenticated', user: 'admin' });
};

describe('a request', () => {
  it('resolves with the result, in any order', async () => {
    const { net, session } = await served(({ method, params }) =>
      method === 'twice' ? [params, params] : Promise.resolve(undefined),
    );
    const outcomes = [session.request('later'), session.request('twice', { a: 1 })].map(outcomeOf);
    await net.pass();
    expect(outcomes).toEqual([{ result: null }, { result: [{ a: 1 }, { a: 1 }] }]);
  });

  it('rejects with the RequestError that the server answered', async () => {
    const { net, session } = await served(() => {
      throw new RequestError('room.full', 'the room is full', { seats: 8 });
    });
    const outcome = outcomeOf(session.request('m'));
    await net.pass();
    expect(outcome.error).toBeInstanceOf(RequestError);
    expect(outcome.error).toMatchObject({
      code: 'room.full',
      message: 'the room is full',
      data: { seats: 8 },
    });
    expect(session.state).toBe('ready');
  });

  it('made before the session is ready waits, in order', async () => {
    const net = network({ requests: ({ params }) => params });
    const { session } = net.connect({ extensions: [requests()] });
    const outcomes = [1, 2, 3].map((one) => outcomeOf(session.request('m', one)));
    expect(net.sent).toEqual([]);
    await net.pass();
    expect(outcomes).toEqual([{ result: 1 }, { result: 2 }, { result: 3 }]);
    expect(net.sent.slice(1).map((one) => JSON.parse(String(one)).id)).toEqual([1, 2, 3]);
  });

  it('is what it was at the call, though it waits', async () => {
    const net = network({ requests: ({ params }) => params });
    const { session } = net.connect({ extensions: [requests()] });
    const params = { a: 1 };
    const outcome = outcomeOf(session.request('m', params));
    params.a = 2;
    await net.pass();
    expect(outcome).toEqual({ result: { a: 1 } });
  });

  it('beyond the places of the server waits in the client, so that none is refused', async () => {
    const { net, session } = await served(async ({ params }) => params);
    const outcomes = Array.from({ length: 100 }, (_, i) => outcomeOf(session.request('m', i)));
    await net.pass();
    expect(outcomes).toEqual(Array.from({ length: 100 }, (_, i) => ({ result: i })));
  });

  it('beyond the option pending is rejected at once', async () => {
    const { session, said } = await scripted({ concurrent: 1, pending: 2 });
    outcomeOf(session.request('a'));
    outcomeOf(session.request('b'));
    await expect(session.request('c')).rejects.toMatchObject({
      name: 'RequestError',
      code: 'tooManyRequests',
    });
    expect(said()).toHaveLength(1);
  });

  it('in the text protocol is rejected at once, with what to do', async () => {
    const { session } = await served(undefined, { protocol: 'text' });
    await expect(session.request('m')).rejects.toThrow(
      /The text protocol has no requests: use the protocol 'json'/,
    );
  });

  it.each<[string, Parameters<Awaited<ReturnType<typeof scripted>>['session']['request']>]>([
    ['method must have 1 to 128', ['']],
    ['method must have 1 to 128', ['a b']],
    ['method must have 1 to 128', [7 as never]],
    ['params cannot be written as JSON', ['m', 1n]],
    ['the options must be an object', ['m', 1, 5 as never]],
    ['request has no option timeout: did you mean timeoutMs', ['m', 1, { timeout: 1 } as never]],
    ['timeoutMs must be', ['m', 1, { timeoutMs: 0 }]],
    ['timeoutMs must be', ['m', 1, { timeoutMs: '1' as never }]],
    ['signal must be an AbortSignal', ['m', 1, { signal: {} as never }]],
    ['idempotent must be true or false', ['m', 1, { idempotent: 1 as never }]],
  ])('that is wrong is rejected with a TypeError: %s', async (message, given) => {
    const { session, said } = await scripted();
    const { error } = (await session.request(...given).catch((reason) => ({ error: reason }))) as {
      error: unknown;
    };
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(message);
    expect(said()).toEqual([]);
  });

  it('is rejected once the session is over', async () => {
    const { session } = await scripted();
    session.close();
    await expect(session.request('m')).rejects.toBeInstanceOf(NotSentError);
  });

  it('answered twice, late or with an unknown id disturbs nothing', async () => {
    const { server, session } = await scripted();
    const outcome = outcomeOf(session.request('m'));
    await server.send({ type: 'response', id: 9, result: 'unknown' });
    await server.send({ type: 'response', id: 1, result: 'first' });
    await server.send({ type: 'response', id: 1, result: 'second' });
    expect(outcome).toEqual({ result: 'first' });
    expect(session.state).toBe('ready');
  });
});

describe('a loss of the connection', () => {
  it('rejects a request that was sent: whether it ran is unknown', async () => {
    const { server, session, said } = await scripted();
    const outcome = outcomeOf(session.request('room.join'));
    await server.close(1006);
    expect(outcome.error).toBeInstanceOf(RequestLostError);
    expect(outcome.error).toMatchObject({
      reason: 'connectionLost',
      message: expect.stringMatching(/before room\.join was answered: the server may have run it or not/),
    });
    await signInAgain(server);
    expect(said()).toHaveLength(1);
  });

  it('keeps a request that was not sent, and sends an idempotent one again, before those that wait', async () => {
    const { server, session, said } = await scripted({ concurrent: 2 });
    const idempotent = outcomeOf(session.request('get', 1, { idempotent: true }));
    const once = outcomeOf(session.request('pay', 2));
    const waiting = outcomeOf(session.request('pay', 3));
    await server.close(1012);
    expect(once.error).toBeInstanceOf(RequestLostError);
    expect([idempotent, waiting]).toEqual([{}, {}]);
    await signInAgain(server);
    expect(
      said()
        .slice(2)
        .map(({ id, method, params }) => [id, method, params]),
    ).toEqual([
      [1, 'get', 1],
      [3, 'pay', 3],
    ]);
    await server.send({ type: 'response', id: 1, result: 'a' });
    await server.send({ type: 'response', id: 3, result: 'b' });
    expect([idempotent, waiting]).toEqual([{ result: 'a' }, { result: 'b' }]);
  });

  it('for good rejects all: the sent ones as lost, the others as not sent', async () => {
    const { server, session } = await scripted({ concurrent: 1 }, { reconnect: false });
    const sent = outcomeOf(session.request('a', 1, { idempotent: true }));
    const waiting = outcomeOf(session.request('b'));
    await server.close(1006);
    expect(sent.error).toBeInstanceOf(RequestLostError);
    expect(waiting.error).toBeInstanceOf(NotSentError);
  });

  it('by the program’s own close rejects them at once', async () => {
    const { server, session } = await scripted();
    const outcome = outcomeOf(session.request('a'));
    session.close();
    await server.pass();
    expect(outcome.error).toMatchObject({ name: 'RequestLostError', reason: 'clientLeft' });
  });
});

describe('an abort', () => {
  it('cancels a sent request on the server, and rejects with the reason of the signal', async () => {
    const { server, session, said } = await scripted({ concurrent: 1 });
    const controller = new AbortController();
    const outcome = outcomeOf(session.request('a', 1, { signal: controller.signal }));
    const next = outcomeOf(session.request('b'));
    const reason = new Error('not needed');
    controller.abort(reason);
    await server.pass();
    expect(outcome).toEqual({ error: reason });
    expect(said().slice(1)).toEqual([{ type: 'cancel', id: 1 }]);
    // Its place is free when the server has answered.
    await server.send({ type: 'response', id: 1, error: { code: 'cancelled', message: '' } });
    expect(said().at(-1)).toMatchObject({ type: 'request', id: 2 });
    await server.send({ type: 'response', id: 2, result: 2 });
    expect(next).toEqual({ result: 2 });
  });

  it('of a request that waits sends nothing', async () => {
    const server = scriptedServer();
    const { session } = server.connect({ extensions: [requests()] });
    const controller = new AbortController();
    const outcome = outcomeOf(session.request('a', 1, { signal: controller.signal }));
    controller.abort();
    await server.pass();
    await server.send({ type: 'authenticated', user: 'admin' });
    expect(outcome.error).toMatchObject({ name: 'AbortError' });
    expect(server.received.map(({ message }) => message['type'])).toEqual(['authenticate']);
  });

  it('before the call rejects it, and one after the answer has no effect', async () => {
    const { server, session, said } = await scripted();
    const controller = new AbortController();
    const outcome = outcomeOf(session.request('a', 1, { signal: controller.signal }));
    await server.send({ type: 'response', id: 1, result: 1 });
    controller.abort();
    await expect(session.request('b', 1, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(outcome).toEqual({ result: 1 });
    expect(said()).toHaveLength(1);
  });

  it('of an idempotent request between two connections is for good', async () => {
    const { server, session, said } = await scripted();
    const controller = new AbortController();
    outcomeOf(session.request('a', 1, { signal: controller.signal, idempotent: true }));
    await server.close(1006);
    controller.abort();
    await signInAgain(server);
    expect(said()).toHaveLength(1);
  });
});

describe('a time limit', () => {
  it('rejects the request and cancels it on the server', async () => {
    const { server, session, said } = await scripted();
    const outcome = outcomeOf(session.request('a', 1, { timeoutMs: 1_000 }));
    await server.pass(999);
    expect(outcome).toEqual({});
    await server.pass(1);
    expect(outcome.error).toMatchObject({ name: 'RequestError', code: 'timedOut' });
    expect(said().at(-1)).toEqual({ type: 'cancel', id: 1 });
  });

  it('is 35 s by default, and none with Infinity', async () => {
    const { server, session } = await scripted();
    const byDefault = outcomeOf(session.request('a'));
    const never = outcomeOf(session.request('b', 1, { timeoutMs: Number.POSITIVE_INFINITY }));
    await server.pass(35_000);
    expect(byDefault.error).toMatchObject({ code: 'timedOut' });
    await server.pass(100_000);
    expect(never).toEqual({});
  });
});

describe('a message with data', () => {
  it('is sent and received as { data }, by events and by for await', async () => {
    const { net, session } = await served(undefined);
    session.send({ data: { a: [1] } });
    await net.pass();
    for await (const message of session) {
      expect(message).toEqual({ data: { a: [1] } });
      break;
    }
    const heard: unknown[] = [];
    session.on('message', (message) => heard.push(message));
    session.send({ data: 'half \ud83d' });
    await net.pass();
    expect(heard).toEqual([{ data: 'half \ufffd' }]);
  });

  it('in the queue is what it was at the call', async () => {
    const net = network();
    const { session } = net.connect({ queue: 1 });
    const data = { a: 1 };
    session.send({ data });
    data.a = 2;
    await net.pass();
    expect(net.sent.at(-1)).toBe('{"type":"message","data":{"a":1}}');
  });

  it('that is not JSON is a TypeError, ready or not', async () => {
    const net = network();
    const { session } = net.connect({ queue: 1 });
    expect(() => session.send({ data: 1n })).toThrow('data cannot be written as JSON');
    await net.pass();
    expect(() => session.send({ data: undefined })).toThrow('data cannot be written as JSON');
    expect(net.sent).toHaveLength(1);
  });

  it('that the application refuses is the event messageFailed, and the session goes on', async () => {
    const net = network({
      application: () => {
        throw new RequestError('invalidMessage', undefined, [1]);
      },
    });
    const { session } = net.connect();
    await net.pass();
    const errors: RequestError[] = [];
    session.on('messageFailed', (error) => errors.push(error));
    session.send({ data: 1 });
    await net.pass();
    expect(errors).toMatchObject([{ name: 'RequestError', code: 'invalidMessage', data: [1] }]);
    expect(session.state).toBe('ready');
  });
});
