/** The body of a plain request, up to a limit. */
import { expect, it } from 'vitest';
import { Body } from '../src/body.ts';

const bytes = (size: number) => new Uint8Array(size).fill(size);

it('a body joins its chunks, up to the limit', () => {
  const body = new Body(5);
  expect(body.bytes).toHaveLength(0);
  body.add(bytes(2));
  body.add(bytes(3));
  expect(body.isTooLarge).toBe(false);
  expect([...(body.bytes ?? [])]).toEqual([2, 2, 3, 3, 3]);
});

it('a body past the limit has no bytes, even if an empty chunk follows', () => {
  const body = new Body(4);
  for (const size of [2, 3, 0]) body.add(bytes(size));
  expect([body.isTooLarge, body.bytes]).toEqual([true, undefined]);
});

it('a body with a limit of 0 must be empty', () => {
  const body = new Body(0);
  body.add(bytes(0));
  expect(body.bytes).toHaveLength(0);
  body.add(bytes(1));
  expect(body.bytes).toBeUndefined();
});
