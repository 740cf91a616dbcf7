/** Plain HTTP with a fake response that has the rules of the library, call by call. */
import { type ServeOptions, siteOf } from '@sallyport/listen';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer } from '../src/http.ts';
import { requestOf, SlowResponse } from './slow-response.ts';

const sessions = { clientAddress: (address: string) => address };

function begin(options: Partial<ServeOptions>, request = requestOf()) {
  const faults: unknown[] = [];
  const response = new SlowResponse();
  const onFault = (error: unknown) => faults.push(error);
  const site = siteOf({ host: '127.0.0.1', port: 0, onFault, ...options });
  return { response, faults, site, done: answer(response.asResponse, request, site, sessions) };
}

const post = (headers: readonly (readonly [string, string])[] = [['transfer-encoding', 'chunked']]) =>
  requestOf(headers, { method: 'POST' });
const length = (bytes: number) => ({ headers: { 'content-length': String(bytes) } });
const echo = async (request: Request) => {
  const text = await request.text();
  return new Response(text, length(text.length));
};
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const bodyOf = ({ calls }: SlowResponse) =>
  calls.filter(([name]) => name === 'end' || name === 'tryEnd').map(([, body]) => body);
const statusOf = ({ calls }: SlowResponse) => calls.find(([name]) => name === 'writeStatus')?.[1];

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => {
  // A deadline that remains would cut another connection.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('A request on uWebSockets.js', () => {
  it('is read whole: body in pieces, query, headers and peer', async () => {
    let url = '';
    let headers: string[][] = [];
    let peer: unknown;
    const all = [
      ['x-a', '1'],
      ['x-b', '2'],
      ['host', 'example.org'],
      ['origin', 'http://a.example'],
      ['content-length', '10'],
    ] as const;
    const { response, done } = begin(
      {
        fetch(request, info) {
          url = request.url;
          headers = [...request.headers];
          peer = info.peer;
          return echo(request);
        },
      },
      requestOf(all, { method: 'POST', url: '/x', query: 'y=z' }),
    );
    response.gets('two ', false);
    response.gets('pieces', true);
    await done;
    expect(url).toBe('http://example.org/x?y=z');
    expect(headers).toEqual([...all].map((pair) => [...pair]).sort());
    expect(peer).toEqual({ address: '192.0.2.1', origin: 'http://a.example' });
    expect(bodyOf(response)).toEqual(['two pieces']);
  });

  it.each([
    [10, '200 OK'],
    [11, '413 Payload Too Large'],
  ])('with a body of %i bytes and a limit of 10 is answered %s', async (size, status) => {
    for (const pieces of [['x'.repeat(size)], ['x'.repeat(size - 1), 'x'], ['x'.repeat(size), '']]) {
      const { response, done } = begin({ fetch: echo, maxBodyBytes: 10 }, post());
      pieces.forEach((piece, i) => void response.gets(piece, i === pieces.length - 1));
      await done;
      expect(statusOf(response)).toBe(status);
    }
  });

  it('is answered as soon as it is too large, and the connection closes', async () => {
    const { response, done } = begin({ maxBodyBytes: 10 }, post());
    response.gets('x'.repeat(11), false);
    await done;
    expect(response.calls.at(-1)).toEqual(['end', 'request too large\n', true]);
  });

  it.each([
    ['10', true],
    ['11', false],
  ])('that declares %s bytes with a limit of 10 is read: %s', async (length, isRead) => {
    const { response, done } = begin({ fetch: echo, maxBodyBytes: 10 }, post([['content-length', length]]));
    expect(response.isRead).toBe(isRead);
    response.gets('', true);
    await done;
  });

  it('that does not arrive is cut after 15 s', async () => {
    const { response, faults, done } = begin({ fetch: echo }, post());
    response.gets('x', false);
    vi.advanceTimersByTime(14_999);
    expect(response.calls).toEqual([]);
    vi.advanceTimersByTime(1);
    await done;
    expect(response.calls).toEqual([['close']]);
    expect(faults).toEqual([]);
  });

  it('that the client aborts is not a fault, and leaves no deadline', async () => {
    let isFetched = false;
    const fetch = () => {
      isFetched = true;
      return new Response();
    };
    const { response, faults, done } = begin({ fetch }, post());
    response.gets('x', false);
    response.isLeft();
    await done;
    expect([response.calls, faults, isFetched]).toEqual([[], [], false]);
  });
});

describe('A response on uWebSockets.js', () => {
  const status = (text: string) => ['writeStatus', text];
  const text = ['writeHeader', 'content-type', 'text/plain;charset=UTF-8'];
  const close = ['writeHeader', 'connection', 'close'];

  it.each<[string, string, () => Response, (isLast: boolean) => unknown[][]]>([
    [
      'of a known length is sent whole',
      'GET',
      () => new Response('hello', length(5)),
      (isLast) => [status('200 OK'), text, isLast ? ['end', 'hello', true] : ['tryEnd', 'hello', 5]],
    ],
    [
      'of an unknown length is sent in chunks',
      'GET',
      () => new Response('hello'),
      (isLast) => [status('200 OK'), text, ...(isLast ? [close] : []), ['write', 'hello'], ['end']],
    ],
    [
      'without a body ends at once',
      'GET',
      () => new Response(null, { status: 404 }),
      (isLast) => [status('404 Not Found'), ['end', '', isLast]],
    ],
    ...[204, 304].map((code): [string, string, () => Response, (isLast: boolean) => unknown[][]] => [
      `of ${code} has no body and no length`,
      'GET',
      () => new Response(null, { status: code }),
      (isLast) => [
        [expect.anything(), expect.stringContaining(String(code))],
        ...(isLast ? [close] : []),
        ['endWithoutBody'],
      ],
    ]),
    [
      'to HEAD has the length and no body',
      'HEAD',
      () => new Response('hello', length(5)),
      (isLast) => [
        status('200 OK'),
        text,
        ['writeHeader', 'content-length', '5'],
        ...(isLast ? [close] : []),
        ['endWithoutBody'],
      ],
    ],
    [
      'to HEAD of an unknown length has no length',
      'HEAD',
      () => new Response('hello'),
      (isLast) => [status('200 OK'), text, ...(isLast ? [close] : []), ['endWithoutBody']],
    ],
    [
      'leaves transfer-encoding to the library',
      'GET',
      () => new Response(null, { headers: { 'transfer-encoding': 'chunked', 'x-a': 'b' } }),
      (isLast) => [status('200 OK'), ['writeHeader', 'x-a', 'b'], ['end', '', isLast]],
    ],
  ])('%s (%s)', async (_, method, make, expected) => {
    for (const isClosing of [false, true]) {
      const { response, site, done } = begin({ fetch: make }, requestOf([], { method }));
      site.isClosing = isClosing;
      response.gets('', true);
      await done;
      expect([response.calls, response.misuses]).toEqual([expected(isClosing), 0]);
    }
  });

  it('to a client that has left is not written, is not a fault, and its body is cancelled', async () => {
    for (const init of [length(5), {}]) {
      let respond = (_: Response) => {};
      let cancelled = 0;
      const fetch = () =>
        new Promise<Response>((resolve) => {
          respond = resolve;
        });
      const { response, faults, done } = begin({ fetch });
      response.gets('', true);
      await turn();
      response.isLeft();
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from('hello')),
        cancel() {
          cancelled += 1;
        },
      });
      respond(new Response(body, init));
      await done;
      await turn();
      expect([response.calls, response.misuses, faults, cancelled]).toEqual([[], 0, [], 1]);
    }
  });

  it('is not written to a client that left while its body was gathered', async () => {
    let source = {} as ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        source = controller;
      },
    });
    const { response, faults, done } = begin({ fetch: () => new Response(body, length(5)) });
    response.gets('', true);
    await turn();
    response.isLeft();
    source.enqueue(Buffer.from('hello'));
    source.close();
    await done;
    await turn();
    expect([response.calls, response.misuses, faults]).toEqual([[], 0, []]);
  });

  it('is not ended for a client that left meanwhile', async () => {
    const { response, faults, done } = begin({ fetch: () => new Response('hello') });
    response.isTaking = false;
    response.gets('', true);
    await turn();
    response.isLeft();
    await done;
    await turn();
    expect(response.calls.at(-1)).toEqual(['write', 'hello']);
    expect([response.misuses, faults]).toEqual([0, []]);
  });

  it('whose body fails is cut, and the fault is reported', async () => {
    const body = () => new ReadableStream({ pull: (controller) => controller.error(new Error('no more')) });
    const { response, faults, done } = begin({ fetch: () => new Response(body()) });
    response.gets('', true);
    await done;
    expect(response.calls.at(-1)).toEqual(['close']);
    expect(faults).toEqual([new Error('no more')]);
  });

  it('whose body fails before anything is sent becomes a 500, and the fault is reported', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('no more')) });
    const { response, faults, done } = begin({ fetch: () => new Response(body, length(5)) });
    response.gets('', true);
    await done;
    expect(statusOf(response)).toBe('500 Internal Server Error');
    expect(faults).toEqual([new Error('no more')]);
  });
});

describe('A source of requests', () => {
  it('that sends too many is refused with 429, and then cut', async () => {
    const { response, site, done } = begin({ requestsPerSecond: 1, requestBurst: 11 });
    response.gets('', true);
    await done;
    const request = async () => {
      const next = new SlowResponse();
      await answer(next.asResponse, requestOf(), site, sessions);
      return next.calls;
    };
    for (let answered = 1; answered < 11; answered += 1)
      expect((await request())[0]).toEqual(['writeStatus', '404 Not Found']);
    for (let refused = 0; refused < 2; refused += 1) {
      const calls = await request();
      expect(calls[0]).toEqual(['writeStatus', '429 Too Many Requests']);
      expect(calls).toContainEqual(['writeHeader', 'retry-after', '1']);
      expect(calls.at(-1)).toEqual(['end', 'too many requests\n', true]);
    }
    expect(await request()).toEqual([['close']]);
  });

  it('has a smaller allowance for answers that it may leave unread', async () => {
    const { response, site, done } = begin(
      { requestsPerSecond: 1, requestBurst: 12, fetch: () => new Response() },
      requestOf([], { method: 'HEAD' }),
    );
    response.gets('', true);
    await done;
    const next = async () => {
      const response = new SlowResponse();
      await answer(response.asResponse, requestOf(), site, sessions);
      return response.calls[0];
    };
    expect(await next()).toEqual(['writeStatus', '200 OK']);
    expect(await next()).toEqual(['writeStatus', '429 Too Many Requests']);
  });
});
