/** The server in the README of the package works. */
import { readFileSync } from 'node:fs';
import { contentSecurityPolicy, readPage } from '@sallyport/page';
import { expect, it } from 'vitest';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('the server of the README serves the page with its policy, and nothing else', async () => {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(README) ?? [];
  const body = code
    .replace(/^import .*\n/, '')
    .replace('export function fetch(request: Request): Response', 'return function fetch(request)');
  const fetch: (request: Request) => Response = new Function('readPage', 'contentSecurityPolicy', body)(
    readPage,
    contentSecurityPolicy,
  );
  const response = fetch(new Request('http://gate.example/'));
  expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  const [, script] = /src="([^"]+\.js)"/.exec(await response.text()) ?? [];
  const sent = fetch(new Request(`http://gate.example/${script}`));
  expect([sent.status, sent.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect(fetch(new Request('http://gate.example/nothing')).status).toBe(404);
});
