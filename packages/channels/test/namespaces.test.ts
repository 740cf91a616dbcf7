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

  it('E37: no namespace has a channel by a name that every object inherits', () => {
    const namespaces = new Namespaces({ news: {} });
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(namespaces.of(name)).toBeUndefined();
  });
});
