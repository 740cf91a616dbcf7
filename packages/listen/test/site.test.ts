/** A request from its parts, and the response, which there always is one of. */
import { expect, it } from 'vitest';
import { Client } from '../src/client.ts';
import type { Fetch } from '../src/fetch.ts';
import { ServeError } from '../src/serve-error.ts';
import { type RequestParts, respond, siteOf } from '../src/site.ts';

const options = { host: '127.0.0.1', port: 0 };
const tls = { key: 'key.pem', cert: 'cert.pem' };
const peer = { address: '192.0.2.1' };
const client = new Client();
const empty = new Uint8Array();

const get: RequestParts = {
  method: 'GET',
  target: '/',
  host: 'example.org',
  header: () => '',
  headers: () => [],
  peer: () => peer,
};
const post: RequestParts = { ...get, method: 'POST' };

/** Responds to a request. Returns the status, and the arguments that `fetch` got. */
async function sendRequest(
  parts: RequestParts,
  body: Uint8Array<ArrayBuffer> | undefined = empty,
  isSecure = true,
) {
  const passed: { request: Request; info: Parameters<Fetch>[1] }[] = [];
  const site = siteOf({
    ...options,
    tls: isSecure ? tls : undefined,
    fetch: (request, info) => {
      passed.push({ request, info });
      return new Response('mine');
    },
  });
  const { status } = await respond(parts, body, client, site);
  return { status, ...passed[0] };
}

it.each([
  ['example.org', '/x', 'https://example.org/x'],
  ['127.0.0.1:80', '/', 'https://127.0.0.1:80/'],
  ['[::1]:80', '//x', 'https://[::1]:80//x'],
  // HTTP/1.0 sends none.
  [undefined, '/x', 'https://localhost/x'],
  ['', '/x', 'https://localhost/x'],
  ['example.org', 'http://other.example/x?y', 'http://other.example/x?y'],
])('the URL of a request with the host %s and the target %s is %s', async (host, target, url) => {
  expect((await sendRequest({ ...get, host, target })).request?.url).toBe(url);
});

it.each(['/', 'http://other.example/x'])(
  'a request with two hosts is refused with 400, at %s',
  async (target) => {
    const { status, request } = await sendRequest({ ...get, target, host: 'example.org,example.org' });
    expect([status, request]).toEqual([400, undefined]);
  },
);

it('the URL of a request without TLS starts with http:', async () => {
  expect((await sendRequest(get, empty, false)).request?.url).toBe('http://example.org/');
});

it('fetch gets the method, headers, body and peer of a request', async () => {
  const headers = [
    ['x-a', '1'],
    ['x-a', '2'],
  ] as const;
  const { request, info } = await sendRequest({ ...post, headers: () => headers }, Buffer.from('body'));
  expect(request?.method).toBe('POST');
  expect(request?.headers.get('x-a')).toBe('1, 2');
  expect(await request?.text()).toBe('body');
  expect(info).toEqual({ peer });
});

it('the signal of a request aborts when the client leaves', async () => {
  const client = new Client();
  let request: Request | undefined;
  const fetch: Fetch = (passed) => {
    request = passed;
    return new Response();
  };
  await respond(get, empty, client, siteOf({ ...options, fetch }));
  expect(request?.signal.aborted).toBe(false);
  client.closed();
  expect(request?.signal.aborted).toBe(true);
});

it.each(['GET', 'HEAD'])('a %s request reaches fetch without a body', async (method) => {
  const { status, request } = await sendRequest({ ...get, method }, Buffer.from('body'));
  expect([status, request?.body]).toEqual([200, null]);
});

it.each(['a b', 'a/b', 'a?b', 'user@host', ' '])('a request with the host "%s" is refused', async (host) => {
  expect(await sendRequest({ ...get, host })).toEqual({ status: 400 });
});

it.each([
  ['a method that the Fetch standard forbids', { method: 'TRACE' }],
  ['an invalid target', { target: '*' }],
  ['an invalid header', { headers: () => [['a b', 'c']] as const }],
])('a request is refused for %s', async (_, part) => {
  expect(await sendRequest({ ...get, ...part })).toEqual({ status: 400 });
});

it('a request whose body was too large is refused with 413', async () => {
  const site = siteOf({ ...options, fetch: () => new Response() });
  expect((await respond(post, undefined, client, site)).status).toBe(413);
});

it.each([
  ['throws', () => Promise.reject(new Error('a secret')), new Error('a secret')],
  ['returns nothing', () => undefined as unknown as Response, new TypeError('fetch returned no response')],
])('a request is answered with 500 if fetch %s, and the fault is reported', async (_, fetch, fault) => {
  const faults: unknown[] = [];
  const site = siteOf({ ...options, fetch, onFault: (error) => faults.push(error) });
  const { status, body } = await respond(get, empty, new Client(), site);
  expect([status, String(Buffer.from(body as Uint8Array))]).toEqual([500, 'internal error\n']);
  expect(faults).toEqual([fault]);
});

it('a site without options answers 404, takes bodies up to 1 MiB and ignores faults', async () => {
  const site = siteOf(options);
  expect(site).toMatchObject({ scheme: 'http', maxBodyBytes: 1_048_576, isClosing: false });
  expect((await respond(get, empty, client, site)).status).toBe(404);
  expect(() => site.onFault('ignored')).not.toThrow();
});

it('maxBodyBytes must be a whole number from 0 on', () => {
  for (const maxBodyBytes of [0, 1, 2 ** 31])
    expect(siteOf({ ...options, maxBodyBytes })).toMatchObject({ maxBodyBytes });
  for (const maxBodyBytes of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => siteOf({ ...options, maxBodyBytes })).toThrow(
      new ServeError('ERR_BODY', `maxBodyBytes must be a whole number from 0 on, not ${maxBodyBytes}`),
    );
});

it.each([
  ['requestsPerSecond', [0, -1, Number.NaN], 'ERR_REQUESTS'],
  ['requestBurst', [0, 1.5, Number.POSITIVE_INFINITY], 'ERR_REQUESTS'],
  ['requestsInFlight', [0, -1, Number.NaN], 'ERR_REQUESTS'],
  ['writeMs', [0, 2 ** 31, Number.NaN], 'ERR_WRITE'],
])('a wrong %s is refused', (name, values, code) => {
  for (const value of values) {
    const make = () => siteOf({ ...options, [name]: value });
    expect(make).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(`${name} must be`) }),
    );
  }
});

it('a ready answer comes first, and needs no Request object', async () => {
  const site = siteOf({
    ...options,
    ready: ({ target }) => (target === '/ready' ? { status: 204, headers: [['x-a', 'b']] } : undefined),
    fetch: () => new Response('fetched'),
  });
  const parts = { ...get, headers: () => expect.fail('a ready answer needs no headers') };
  const { status, headers } = await respond({ ...parts, target: '/ready' }, empty, client, site);
  expect([status, [...headers]]).toEqual([204, [['x-a', 'b']]]);
  expect((await respond(get, empty, client, site)).status).toBe(200);
  expect((await respond({ ...parts, target: '/ready', host: 'a b' }, empty, client, site)).status).toBe(400);
});
