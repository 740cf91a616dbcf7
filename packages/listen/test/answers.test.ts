/** The answers that need no `fetch`. */
import { expect, it } from 'vitest';
import { badRequest, failed, notFound, tooLarge, tooMany } from '../src/answers.ts';

it.each([
  [404, notFound, 'not found\n', {}],
  [400, badRequest, 'bad request\n', {}],
  [413, tooLarge, 'request too large\n', {}],
  [429, tooMany, 'too many requests\n', { 'retry-after': '1' }],
  [500, failed, 'internal error\n', {}],
])('the ready answer %i has its status, headers and text', (status, answer, text, headers) => {
  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toEqual({
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
  expect(String(Buffer.from(answer.body ?? []))).toBe(text);
});
