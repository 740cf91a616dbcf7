/** The site of a plain request, and the answers where nobody else has one. */
import { expect, it } from 'vitest';
import { badRequest, failed, notFound, siteUrl, tooLarge } from '../src/fetch.ts';

it.each([
  ['example.org', '/x', 'https://example.org/x'],
  ['127.0.0.1:80', '/', 'https://127.0.0.1:80/'],
  ['[::1]:80', '//x', 'https://[::1]:80//x'],
  // HTTP/1.0 sends none.
  [undefined, '/x', 'https://localhost/x'],
  ['', '/x', 'https://localhost/x'],
])('of the host %s at %s is %s', (host, path, url) => {
  expect(siteUrl('https', host, path)).toBe(url);
});

it.each(['a b', 'a/b', 'a?b', 'user@host', ' '])('is none at the host "%s"', (host) => {
  expect(() => siteUrl('http', host, '/')).toThrow(new TypeError('no host'));
});

it.each([
  [404, notFound, 'not found\n'],
  [400, badRequest, 'bad request\n'],
  [413, tooLarge, 'request too large\n'],
  [500, failed, 'internal error\n'],
])('answers %i', async (status, say, text) => {
  const response = await say(new Request('http://localhost/'), { peer: { address: '127.0.0.1' } });
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    status,
    'text/plain; charset=utf-8',
    text,
  ]);
});
