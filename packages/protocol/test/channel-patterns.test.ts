/** Patterns of channels: which texts are patterns, and which pattern counts for a channel. */
import { ChannelPatterns, canBeChannelPattern } from '@sallyport/protocol';
import { expect, it } from 'vitest';

it.each([
  ['*', true],
  ['room:*', true],
  ['room:42', true],
  [`${'a'.repeat(255)}*`, true],
  [`${'a'.repeat(256)}*`, false],
  ['', false],
  ['**', false],
  ['a*b', false],
  ['*a', false],
  ['a b', false],
  ['é*', false],
])('%j can be a pattern: %j', (text, can) => {
  expect(canBeChannelPattern(text)).toBe(can);
});

it('the name of a channel counts before the longest beginning, and names that every object has are names like any other', () => {
  const patterns = new ChannelPatterns([
    ['*', 1],
    ['room:*', 2],
    ['room:vip:*', 3],
    ['room:vip:1', 4],
  ]);
  expect(['news', 'room:', 'room:vip:2', 'room:vip:1'].map((name) => patterns.of(name))).toEqual([
    1, 2, 3, 4,
  ]);
  const some = new ChannelPatterns([['news', 1]]);
  for (const name of ['__proto__', 'constructor', 'news2']) expect(some.of(name)).toBeUndefined();
});
