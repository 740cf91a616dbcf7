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
  ])('for the type %s: %s matches: %s', (type, descriptor, expected) => {
    expect(matchesWildcard(type, descriptor)).toBe(expected);
  });

  it('is a wildcard if its last token is one', () => {
    expect(['*', 'a.*', 'a', 'a*', '*.a', '**'].filter(isWildcard)).toEqual(['*', 'a.*']);
  });

  it('is tried before shorter ones, if it is a wildcard', () => {
    expect(longestFirst(['*', 'a.*', 'b.*', 'a.b.*'])).toEqual(['a.b.*', 'a.*', 'b.*', '*']);
  });
});
