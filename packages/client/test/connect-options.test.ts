/** Options of `connect` that are unknown or out of range. */
import { expect, it } from 'vitest';
import { network } from './network.ts';

it.each([
  [{ qeue: 5 }, 'connect has no option qeue: did you mean queue?'],
  [{ websocket: class {} }, 'connect has no option websocket: did you mean WebSocket?'],
  [{ reconect: false }, 'connect has no option reconect: did you mean reconnect?'],
  [{ deviceToken: {} }, 'connect has no option deviceToken: did you mean deviceTokens?'],
  [{ onMessageReceived: () => {} }, 'connect has no option onMessageReceived'],
  [{ toString: 1 }, 'connect has no option toString'],
])('an unknown option is an error that names the nearest known one: %o', (options, message) => {
  expect(() => network().connect(options as never)).toThrow(new TypeError(message));
});

it.each([
  [{ credentialsMs: 0 }, /^credentialsMs must be/],
  [{ credentialsMs: Number.NaN }, /^credentialsMs must be/],
  [{ credentialsMs: '5' }, /^credentialsMs must be/],
  [{ bufferedBytes: 0 }, /^bufferedBytes must be a whole number of at least 1/],
  [{ bufferedBytes: Number.POSITIVE_INFINITY }, /^bufferedBytes must be/],
])('an option out of range is an error with its name: %o', (options, words) => {
  expect(() => network().connect(options as never)).toThrow(words);
});

it('options that are undefined have their defaults', () => {
  const options = { queue: undefined, credentialsMs: undefined, deviceTokens: undefined };
  expect(network().connect(options as never).session.state).toBe('connecting');
});
