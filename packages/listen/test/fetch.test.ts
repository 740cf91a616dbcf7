/** The answers where nobody else has one. */
import { expect, it } from 'vitest';
import { badRequest, failed, notFound, tooLarge } from '../src/fetch.ts';

it.each([
  [404, notFound, 'not found\n'],
  [400, badRequest, 'bad request\n'],
  [413, tooLarge, 'request too large\n'],
  [500, failed, 'internal error\n'],
])('answers %i', async (status, say, text) => {
  const response = await say(new Request('http://localhost/'), { peer: { address: '127.0.0.1' } });
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(text.length),
  });
  expect(await response.text()).toBe(text);
});
