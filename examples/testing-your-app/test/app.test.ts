/** The tests that you would write: `runPath` runs a session along the acts of a client, and returns the result. */
import { type Act, runPath } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { adder, authenticate } from '../src/app.ts';

const run = (...acts: Act[]) => runPath({ authenticate, application: adder() }, acts);
const SIGN_IN: Act = { send: 'ada:lovelace' };

it('the application adds up the numbers of a session', async () => {
  const { received } = await run(SIGN_IN, { send: '1' }, { send: '41' });
  expect(received.slice(1)).toEqual(['1', '42']);
});

it('a wrong password is refused, and the session ends after five attempts', async () => {
  const wrong: Act = { send: 'ada:byron' };
  const { received, ending } = await run(wrong, wrong, wrong, wrong, wrong);
  expect(new Set(received)).toEqual(
    new Set(['sorry, the username or password is wrong, please submit again']),
  );
  expect(ending).toMatchObject({ reason: 'attemptsUsedUp', code: 4401 });
});

it('the session ends after eight hours, without the test waiting for them', async () => {
  const { ending } = await run(SIGN_IN, { wait: 8 * 3_600_000 });
  expect(ending).toMatchObject({ reason: 'expired', code: 4419 });
});

it('the session ends when the client says bye', async () => {
  const { recorded } = await run(SIGN_IN, { send: 'bye' });
  expect(recorded.at(-1)).toEqual({ close: 1000, reason: 'see you' });
});

it('the client does not see the error that the application threw', async () => {
  const { recorded, faults } = await run(SIGN_IN, { send: 'one' });
  expect(recorded.at(-1)).toEqual({ close: 1011, reason: 'message failed on the server' });
  expect(String(faults[0]?.error)).toBe('Error: no number');
});
