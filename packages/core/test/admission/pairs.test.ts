/** Cookies and queries of upgrade requests as pairs (RFC 6265, 4.2). */
import { describe, expect, it } from 'vitest';
import { cookiesIn, countInQuery, queryIn } from '../../src/admission/pairs.ts';

/** A property of every object that has a prototype. */
const PROTO = '__proto__';

const plain = (pairs: object) => Object.fromEntries(Object.entries(pairs));

describe('the cookies of a header', () => {
  it.each([
    ['', {}],
    ['sid=1', { sid: '1' }],
    ['sid=1; theme=dark', { sid: '1', theme: 'dark' }],
    [' sid = 1 ;;theme=dark; ', { sid: '1', theme: 'dark' }],
    ['sid=s%3Aabc.d%2Fe', { sid: 's:abc.d/e' }],
    ['sid="quoted value"', { sid: 'quoted value' }],
    ['sid=a=b==', { sid: 'a=b==' }],
    ['sid=', { sid: '' }],
    ['flag; =nameless; sid=1', { sid: '1' }],
    ['sid=first; sid=second', { sid: 'first' }],
    ['SID=1; sid=2', { SID: '1', sid: '2' }],
    ['sid=%E0%A4%A', { sid: '%E0%A4%A' }],
    ['name=Zoë', { name: 'Zoë' }],
  ])('%j are %j', (header, cookies) => {
    expect(plain(cookiesIn(header))).toEqual(cookies);
  });

  it('may have the names of prototype properties, which change no prototype', () => {
    const cookies = cookiesIn('__proto__=a; constructor=b; toString=c');
    expect(Object.getPrototypeOf(cookies)).toBeNull();
    expect(cookies[PROTO]).toBe('a');
    expect(cookies['constructor']).toBe('b');
    expect(cookiesIn('sid=1')['toString']).toBeUndefined();
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('are read from 8 KiB of them', () => {
    const long = 'v'.repeat(8_192 - 5);
    expect(cookiesIn(`sid=${long}`)['sid']).toBe(long);
    const many = Array.from({ length: 1_000 }, (_, n) => `c${n}=${n}`).join('; ');
    expect(Object.keys(cookiesIn(many))).toHaveLength(1_000);
  });
});

describe('the parameters of a query', () => {
  it.each([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2', { a: '1' }],
    ['a=b=c', { a: 'b=c' }],
    ['a&&b=', { a: '', b: '' }],
    ['a+b=c+d%2B', { 'a b': 'c d+' }],
    ['a=%zz', { a: '%zz' }],
  ])('%j are %j', (query, parameters) => {
    expect(plain(queryIn(query))).toEqual(parameters);
  });

  it('may have the names of prototype properties', () => {
    expect(queryIn('__proto__=a')[PROTO]).toBe('a');
    expect(queryIn('a=1')['constructor']).toBeUndefined();
  });

  it('are counted by their decoded name', () => {
    expect(countInQuery('token=a&t%6Fken=b&other=c', 'token')).toBe(2);
  });
});
