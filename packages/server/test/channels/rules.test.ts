/** The rules of channels: which one counts, and what it opens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelRules } from '../../src/channels/rules.ts';

const actions = ['subscribe', 'recover', 'publish', 'presence'] as const;

describe('what a user may do in a channel', () => {
  it('an action is denied unless the rule names the user or has "*"', () => {
    const rules = new ChannelRules({ 'room:*': { subscribe: '*', publish: ['ada'], presence: [] } });
    const allowed = (user: string) => actions.filter((action) => rules.allows(user, 'room:1', action));
    expect([allowed('ada'), allowed('bob')]).toEqual([['subscribe', 'publish'], ['subscribe']]);
  });

  it('a channel that no pattern matches is closed, also by a name that every object inherits', () => {
    const rules = new ChannelRules({ 'room:*': { subscribe: '*' } });
    for (const channel of ['news', 'constructor', '__proto__'])
      expect([rules.allows('ada', channel, 'subscribe'), rules.namespaceOf(channel)]).toEqual([
        false,
        undefined,
      ]);
  });

  it('the name of a channel counts first, then the longest beginning, then {user} before *', () => {
    const given = {
      '*': { publish: ['any'] },
      'user:*': { publish: ['all'] },
      'user:{user}': { publish: ['ada'] },
      'user:{user}:inbox': { publish: ['ada.inbox'] },
      'user:{user}:*': { publish: ['ada.rest'] },
      'user:eve': { publish: ['one'] },
    };
    for (const entries of [Object.entries(given), Object.entries(given).reverse()]) {
      const rules = new ChannelRules(Object.fromEntries(entries));
      const first = (channel: string, user: string) => rules.allows(user, channel, 'publish');
      expect(first('user:ada', 'ada')).toBe(true);
      expect([first('user:ada', 'all'), first('user:bob', 'all')]).toEqual([true, true]);
      expect([first('user:eve', 'one'), first('user:eve', 'eve'), first('user:eve', 'all')]).toEqual([
        true,
        false,
        false,
      ]);
      expect(first('user:ada.inbox:inbox', 'ada.inbox')).toBe(true);
      expect(first('user:ada.rest:x', 'ada.rest')).toBe(true);
      expect([first('news', 'any'), first('news', 'all')]).toEqual([true, false]);
    }
  });

  it('E35: a name with the character behind {user} fits no {user}, so no user gets the channels of another', () => {
    const rules = new ChannelRules({
      'user:{user}': { subscribe: '*' },
      'user:{user}:*': { subscribe: '*' },
    });
    const open = (user: string, ...channels: string[]) =>
      channels.filter((channel) => rules.allows(user, channel, 'subscribe'));
    const channels = ['user:a', 'user:a:b', 'user:a:b:c', 'user:ab'];
    expect([open('a', ...channels), open('a:b', ...channels)]).toEqual([
      ['user:a', 'user:a:b', 'user:a:b:c'],
      [],
    ]);
  });
});

describe('the history of a channel', () => {
  it('is that of the first pattern that matches for any user', () => {
    const rules = new ChannelRules({
      'user:*': { historySize: 1, publish: ['bot'] },
      'user:{user}': { historySize: 2, historyMs: 3, subscribe: '*' },
    });
    expect(rules.namespaceOf('user:ada')).toEqual({ historySize: 2, historyMs: 3 });
    expect(rules.namespaceOf('user:ada')).toBe(rules.namespaceOf('user:bob'));
    expect(rules.namespaceOf('user:')).toEqual({ historySize: 1 });
  });
});

it('a user who is allowed something has a channel that exists, and no {user} gives two users one channel', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.'), maxLength: 5 });
  const pattern = fc
    .tuple(text, fc.constantFrom('', '{user}', '{user}:', '{user}.x'), fc.constantFrom('', '*'))
    .map((parts) => parts.join(''))
    .filter((one) => one !== '' && !one.includes('{user}*'));
  const own = (one: string) => one.includes('{user}');
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), text, text, text, (patterns, channel, one, other) => {
      const rules = new ChannelRules(Object.fromEntries(patterns.map((each) => [each, { subscribe: '*' }])));
      const may = (user: string) => rules.allows(user, channel, 'subscribe');
      if (may(one)) expect(rules.namespaceOf(channel)).toBeDefined();
      // Two prefixes may join at a character of the name itself, so this holds for one place of {user}.
      const places = new Set(patterns.map((each) => each.split('{user}')[0]));
      if (patterns.every(own) && places.size === 1 && one !== other)
        expect(may(one) && may(other)).toBe(false);
    }),
  );
});
