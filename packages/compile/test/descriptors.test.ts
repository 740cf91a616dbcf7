import { describe, expect, it } from 'vitest';
import { isWildcard, longestFirst, matchesWildcard } from '../src/descriptors.ts';

describe('an event descriptor', () => {
  it.each([
    ['anything', '*', true],
    ['a', 'a.*', true],
    ['a.b', 'a.*', true],
    ['a.b.c', 'a.*', true],
    ['a.b.c', 'a.b.*', true],
    ['ab', 'a.*', false],
    ['b.a', 'a.*', false],
    ['a.bc', 'a.b.*', false],
    ['a', 'a.b.*', false],
  ])('%s is matched by %s: %s', (type, descriptor, expected) => {
    expect(matchesWildcard(type, descriptor)).toBe(expected);
  });

  it('is a wildcard by its last token alone', () => {
    expect(['*', 'a.*', 'a', 'a*', '*.a', '**'].filter(isWildcard)).toEqual(['*', 'a.*']);
  });

  it('is tried before shorter ones', () => {
    expect(longestFirst(['*', 'a.*', 'b.*', 'a.b.*'])).toEqual(['a.b.*', 'a.*', 'b.*', '*']);
  });
});
