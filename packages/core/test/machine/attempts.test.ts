/**
 * Attempts are numbered, and a verdict counts only for its own attempt. The machine numbers them. A session also drops the
 * verdicts of abandoned verifications, so only a test of the machine itself shows that its guard holds.
 */
import type { Fact } from '@sallyport/core';
import { stepsOf } from '@sallyport/core/testing';
import { passwordCredentials } from '@sallyport/protocol';
import { expect, it } from 'vitest';

const identity = { user: 'admin', expiresInMs: 60_000 };
const credentials = passwordCredentials('admin', '123456');

const received: Fact = { type: 'credentials.received', credentials };
const malformed: Fact = { type: 'credentials.malformed' };
const refreshed: Fact = { type: 'refresh.requested', credentials };
const refused = (attempt: number): Fact => ({ type: 'credentials.refused', attempt });
const postponed = (attempt: number): Fact => ({
  type: 'credentials.postponed',
  attempt,
  retryInMs: 1_500,
});
const accepted = (attempt: number): Fact => ({ type: 'credentials.accepted', attempt, identity });

/** The numbers of the attempts that are verified. */
const verified = (...facts: Fact[]) =>
  stepsOf(facts, 5).flatMap(({ commands }) =>
    commands.flatMap((command) => (command.type === 'verify' ? command.attempt : [])),
  );

const last = (...facts: Fact[]) => stepsOf(facts, 5).at(-1);

it('no two questions to the authenticator have the same number', () => {
  expect(verified(received, refused(1), received, refused(2), malformed, received)).toEqual([1, 2, 4]);
});

it('a refresh has another number than the sign-in and the refresh before', () => {
  expect(verified(received, accepted(1), refreshed, accepted(2), refreshed)).toEqual([1, 2, 3]);
});

it('the late acceptance of a refused attempt does not accept the next attempt', () => {
  const step = last(received, refused(1), received, accepted(1));
  expect(step).toMatchObject({ to: 'authenticating.verifying', commands: [] });
});

it('a postponed attempt has a number too, uses up no attempt, and its late acceptance does nothing', () => {
  expect(verified(received, postponed(1), received)).toEqual([1, 2]);
  expect(last(received, postponed(1), received, accepted(1))).toMatchObject({ commands: [] });
  const [answer] = last(received, postponed(1), received, refused(2))?.commands.slice(2) ?? [];
  expect(answer).toEqual({ type: 'answer', answer: { type: 'refused', attemptsLeft: 4 } });
});

it('a second acceptance of the sign-in does not count as a refresh', () => {
  const step = last(received, accepted(1), refreshed, accepted(1));
  expect(step).toMatchObject({ to: 'established.refreshing', commands: [] });
});
