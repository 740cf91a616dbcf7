/** URLs for `connect`, also where the runtime's `URL` is incomplete. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { webSocketUrl } from '../src/url.ts';

afterEach(() => vi.unstubAllGlobals());

/** As React Native has it: it takes any text, has no setters, and its getters throw. */
class IncompleteUrl {
  readonly #url: string;
  constructor(url: string) {
    this.#url = url;
  }
  get protocol(): string {
    throw new Error('URL.protocol is not implemented');
  }
  get hash(): string {
    throw new Error('URL.hash is not implemented');
  }
  get href(): string {
    return `${this.#url}/`;
  }
  toString(): string {
    return this.#url;
  }
}

const cases = [
  ['ws://gate.example', 'ws://gate.example'],
  ['wss://gate.example/a?b=c#d', 'wss://gate.example/a?b=c'],
  ['http://gate.example:80/x', 'ws://gate.example:80/x'],
  ['HTTPS://Gate.example/x', 'wss://Gate.example/x'],
  ['  ws://gate.example ', 'ws://gate.example'],
] as const;

describe.each([
  ['a complete URL', URL],
  ['an incomplete URL', IncompleteUrl],
])('A URL for connect(), with %s in the runtime', (_, Class) => {
  it.each(cases)('%s is %s', (given, url) => {
    vi.stubGlobal('URL', Class);
    expect(webSocketUrl(given)).toBe(url);
  });

  it.each(['nowhere', 'ftp://gate.example', 'localhost:5678', '/path', ''])('%s is refused', (given) => {
    vi.stubGlobal('URL', Class);
    expect(() => webSocketUrl(given)).toThrow(TypeError);
  });
});

it('connect() takes a URL object as its text', () => {
  expect(webSocketUrl(new URL('https://gate.example/x#y'))).toBe('wss://gate.example/x');
});

it('a relative URL for connect() is relative to the page', () => {
  vi.stubGlobal('location', { href: 'https://page.example/deep/index.html?a#b' });
  expect(['session', '/session?c', '//other.example/x'].map((url) => webSocketUrl(url))).toEqual([
    'wss://page.example/deep/session',
    'wss://page.example/session?c',
    'wss://other.example/x',
  ]);
});

it('connect() refuses text that is not a URL', () => {
  expect(() => webSocketUrl('ws://')).toThrow(TypeError);
  expect(() => webSocketUrl('ws://a b')).toThrow(TypeError);
});
