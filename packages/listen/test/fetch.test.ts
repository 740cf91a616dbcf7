/** The site of a plain request. */
import { expect, it } from 'vitest';
import { siteUrl } from '../src/fetch.ts';

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
