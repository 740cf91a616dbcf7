import { describe, expect, it } from 'vitest';
import { isWildcard, longestFirst, matchesWildcard } from '../src/descriptors.ts';

describe('event descriptors', () => {
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
  ])('the type %s and the descriptor %s match: %s', (type, descriptor, expected) => {
    expect(matchesWildcard(type, descriptor)).toBe(expected);
  });

  it('a descriptor is a wildcard if its last token is one', () => {
    expect(['*', 'a.*', 'a', 'a*', '*.a', '**'].filter(isWildcard)).toEqual(['*', 'a.*']);
  });

  it('a longer wildcard is tried before a shorter one', () => {
    expect(longestFirst(['*', 'a.*', 'b.*', 'a.b.*'])).toEqual(['a.b.*', 'a.*', 'b.*', '*']);
  });
});
