/** The listener of the admin handler. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { listenAdmin } from '@sallyport/operations';
import { afterEach, expect, it } from 'vitest';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listening() {
  const seen: Request[] = [];
  const handler = async (request: Request) => {
    seen.push(request);
    return new Response(`${request.method} ${await request.text()}`, {
      status: 201,
      headers: { 'x-one': '1' },
    });
  };
  const { url, close } = await listenAdmin(handler, { host: '127.0.0.1', port: 0 });
  closers.push(close);
  return { url, seen };
}

it('passes method, path, headers and body to the handler, and its answer back', async () => {
  const { url, seen } = await listening();
  const response = await fetch(`${url}/a?b=c`, {
    method: 'POST',
    body: 'hi',
    headers: { authorization: 'x' },
  });
  expect([response.status, response.headers.get('x-one'), await response.text()]).toEqual([
    201,
    '1',
    'POST hi',
  ]);
  expect(seen[0]?.url).toBe(`${url}/a?b=c`);
  expect(seen[0]?.headers.get('authorization')).toBe('x');
  expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('');
});

it('a body of more than 1 MiB is refused with 413, and the handler does not see it', async () => {
  const { url, seen } = await listening();
  const body = new Uint8Array(2_000_000);
  const status = await fetch(url, { method: 'POST', body }).then(
    (response) => response.status,
    // The connection closed while the body was still on its way.
    () => 413,
  );
  expect(status).toBe(413);
  expect(seen).toHaveLength(0);
});

it('a Host that is no host is refused with 400', async () => {
  const { url, seen } = await listening();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('GET / HTTP/1.1\r\nHost: a b<>\r\n\r\n');
  const [data] = await once(socket, 'data');
  expect(String(data)).toMatch(/^HTTP\/1.1 400/);
  expect(seen).toHaveLength(0);
});

it('a port in use rejects with EADDRINUSE', async () => {
  const { url } = await listening();
  const address = { host: '127.0.0.1', port: Number(new URL(url).port) };
  await expect(listenAdmin(async () => new Response(), address)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
