import { anyOf } from '@sallyport/auth';
import {
  type Authenticator,
  accept,
  overload,
  postpone,
  refuse,
  UsageError,
  type Verdict,
} from '@sallyport/core';
import { expect, it, vi } from 'vitest';
import { startAttempt } from './auth-harness.ts';

const yes = () => accept('ada');
const no = () => refuse();
const busy = () => overload();
const late = () => postpone(1_500);
const broken = () => Promise.reject(new Error('one'));
const throwing = (): Verdict => {
  throw new Error('two');
};
const junk = (() => ({ verdict: 'accept' })) as unknown as Authenticator;

const [unnamed] = [(() => undefined) as unknown as Authenticator] as const;

async function outcome(...all: Authenticator[]): Promise<unknown> {
  const attempt = startAttempt(anyOf(...all), 'ada:x');
  await attempt.done;
  return attempt.verdict?.verdict ?? (attempt.error as Error).message;
}

it.each<[string, Authenticator[]]>([
  ['accepted', [yes]],
  ['accepted', [no, yes]],
  ['accepted', [broken, yes]],
  ['accepted', [busy, junk, async () => yes()]],
  ['refused', [no]],
  ['refused', [no, async () => no()]],
  ['overloaded', [no, busy, no]],
  ['overloaded', [late, busy]],
  ['postponed', [no, late, no]],
  ['one', [late, broken]],
  ['one', [no, broken, busy]],
  ['two', [throwing, no]],
  [
    'authenticator 2 (junk) of anyOf() returned no verdict: return accept(user), refuse(), postpone(ms) or overload()',
    [no, junk],
  ],
  [
    'authenticator 1 of anyOf() returned no verdict: return accept(user), refuse(), postpone(ms) or overload()',
    [unnamed],
  ],
  ['2 of 3 authenticators failed: one; two', [broken, no, throwing]],
])('anyOf() combines verdicts and failures to: %s', async (expected, all) => {
  expect(await outcome(...all)).toBe(expected);
});

it('anyOf() postpones by the shortest wait', async () => {
  const attempt = startAttempt(
    anyOf(late, no, () => postpone(20)),
    'ada:x',
  );
  await attempt.done;
  expect(attempt.verdict).toEqual(postpone(20));
});

it('anyOf() runs the authenticators in order, and none after the first acceptance', async () => {
  const later = vi.fn(no);
  await outcome(no, yes, later);
  expect(later).not.toHaveBeenCalled();
});

it('anyOf() without authenticators is a UsageError', () => {
  expect(() => anyOf()).toThrow(UsageError);
  expect(() => anyOf(yes, undefined as never)).toThrow(UsageError);
});
