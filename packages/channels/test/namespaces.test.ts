/** Namespaces: which options hold for a channel. */
import { describe, expect, it } from 'vitest';
import { Namespaces } from '../src/namespaces.ts';

const sizes = (given: Record<string, { historySize: number }>, ...channels: string[]) => {
  const namespaces = new Namespaces(given);
  return channels.map((channel) => namespaces.of(channel)?.historySize);
};

describe('the namespace of a channel', () => {
  it('its own name counts first, then the longest beginning', () => {
    const given = {
      '*': { historySize: 1 },
      'room:*': { historySize: 2 },
      'room:big:*': { historySize: 3 },
      'room:big:hall': { historySize: 4 },
    };
    expect(sizes(given, 'news', 'room:1', 'room:', 'room:big:1', 'room:big:hall', 'room')).toEqual([
      1, 2, 2, 3, 4, 1,
    ]);
  });

  it('without namespaces every channel exists with the defaults, with them only those that match', () => {
    expect(new Namespaces(undefined).of('any')).toEqual({
      historySize: 100,
      historyMs: 300_000,
      presence: true,
      publish: true,
    });
    expect(new Namespaces({ a: {} }).of('b')).toBeUndefined();
    expect(new Namespaces({}).of('b')).toBeUndefined();
  });

  it('a function returns the namespace, with the defaults filled in and each object checked once', () => {
    const room = { historySize: 2 };
    const namespaces = new Namespaces((channel) => (channel.startsWith('room:') ? room : undefined));
    expect(namespaces.of('room:1')).toMatchObject({ historySize: 2, historyMs: 300_000 });
    expect(namespaces.of('room:2')).toBe(namespaces.of('room:1'));
    expect(namespaces.of('news')).toBeUndefined();
  });

  it('a function that returns a wrong namespace gets an error that names the channel and the option', () => {
    expect(() => new Namespaces(() => ({ historySize: -1 })).of('news')).toThrow(
      "namespaces('news').historySize must be a whole number of at least 0",
    );
    expect(() => new Namespaces(() => ({ history: 1 }) as never).of('news')).toThrow('did you mean');
    for (const wrong of [null, 'x', 1])
      expect(() => new Namespaces(() => wrong as never).of('news')).toThrow('must be an object');
  });

  it('E37: no namespace has a channel by a name that every object inherits', () => {
    const namespaces = new Namespaces({ news: {} });
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(namespaces.of(name)).toBeUndefined();
  });
});
