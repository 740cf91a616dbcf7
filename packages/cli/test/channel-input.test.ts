/** What a user may type about channels, at a terminal and as options. */
import { expect, it } from 'vitest';
import { channelActionInLine, channelOf, channelsOf, dataIn } from '../src/connect/channel-input.ts';
import { runInProcess } from './in-process.ts';

it.each([
  ['/subscribe demo:a', { type: 'subscribe', channel: 'demo:a' }],
  ['/unsubscribe  demo:a ', { type: 'unsubscribe', channel: 'demo:a' }],
  ['/presence demo:a', { type: 'presence', channel: 'demo:a' }],
  ['/publish demo:a hello  all', { type: 'publish', channel: 'demo:a', data: 'hello  all' }],
  ['/publish demo:a {"text":"hi"}', { type: 'publish', channel: 'demo:a', data: { text: 'hi' } }],
  ['/publishing', undefined],
  ['//subscribe demo:a', undefined],
  ['hello', undefined],
])('the line %s is an action, or it is something else', (line, action) => {
  expect(channelActionInLine(line)).toEqual(action);
});

it.each([
  ['/subscribe', /\/subscribe CHANNEL/],
  ['/subscribe demo:a more', /\/subscribe CHANNEL/],
  ['/publish demo:a', /\/publish CHANNEL TEXT/],
  ['/presence demo:*', /without \*/],
])('the line %s is answered with what to type', (line, words) => {
  expect(channelActionInLine(line)).toMatch(words);
});

it('a text that is not JSON is published as the text', () => {
  expect(['1', '"1"', '{', ''].map(dataIn)).toEqual([1, '1', '{', '']);
});

it('a channel that is given twice is read once', () => {
  expect(channelsOf('a', channelsOf('b', channelsOf('a')))).toEqual(['a', 'b']);
  expect(() => channelOf('a b')).toThrow('without spaces');
});

it.each([
  [['--subscribe', 'demo:*'], /--subscribe.*It must be a channel/],
  [['--publish', 'a b'], /--publish.*It must be a channel/],
  [['--subscribe', 'a', '--request', 'm'], /--subscribe and --request exclude each other/],
  [['--publish', 'a', '--binary'], /--publish and --binary exclude each other/],
])('connect %j is wrong use, told in one line', async (args, words) => {
  const { code, stderr } = await runInProcess(['connect', ...args]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
});
