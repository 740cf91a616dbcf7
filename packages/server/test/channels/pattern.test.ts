/** The patterns of the file of `--channels`: which are right, and which channels they match. */
import { describe, expect, it } from 'vitest';
import { ChannelPattern, patternProblem } from '../../src/channels/pattern.ts';

describe('a pattern', () => {
  it.each([
    'news',
    'room:*',
    '*',
    'user:{user}',
    '{user}',
    '{user}:*',
    'user:{user}:inbox',
    'a{b',
    '__proto__',
  ])('may be %s', (text) => expect(patternProblem(text)).toBeUndefined());

  it.each([
    ['', 'It must be 1 to 255 printable characters of ASCII'],
    ['a*b', 'at most one "*", at its end'],
    ['a b', 'printable characters of ASCII'],
    ['zürich', 'printable characters of ASCII'],
    ['user:{name}', 'The only placeholder is {user}, not {name}.'],
    ['{user}:{user}', 'It must have {user} only once.'],
    ['user:{user}*', 'It must have a character between {user} and "*"'],
  ])('must not be %s', (text, problem) => expect(patternProblem(text)).toContain(problem));
});

describe('a pattern matches', () => {
  it.each([
    ['news', 'news', 'ada', true],
    ['news', 'news2', 'ada', false],
    ['room:*', 'room:', 'ada', true],
    ['room:*', 'rooms', 'ada', false],
    ['user:{user}', 'user:ada', 'ada', true],
    ['user:{user}', 'user:ada', 'bob', false],
    ['user:{user}', 'user:ada:x', 'ada', false],
    ['user:{user}', 'user:', '', false],
    ['user:{user}', 'user:{user}', 'ada', false],
    ['user:{user}:*', 'user:ada:x', 'ada', true],
    ['user:{user}:*', 'user:ada', 'ada', false],
    ['user:{user}:*', 'user:adam:x', 'ada', false],
    ['user:{user}:inbox', 'user:ada:inbox', 'ada', true],
    ['user:{user}:inbox', 'user:ada:inbox2', 'ada', false],
    ['user:{user}', 'user:Ada', 'ada', false],
  ])('%s the channel %s for the user "%s": %s', (text, channel, user, isMatch) => {
    expect(new ChannelPattern(text).matches(channel, user)).toBe(isMatch);
  });

  it.each([
    ['user:{user}', 'user:ada', true],
    ['user:{user}', 'user:', false],
    ['user:{user}:*', 'user:ada:x', true],
    ['user:{user}:*', 'user::x', false],
    ['user:{user}:inbox', 'user:ada:outbox', false],
    ['room:*', 'room:1', true],
  ])('%s the channel %s for any user: %s', (text, channel, isMatch) => {
    expect(new ChannelPattern(text).matchesForAny(channel)).toBe(isMatch);
  });
});
