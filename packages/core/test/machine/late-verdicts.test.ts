/**
 * A late verdict changes neither the state nor what comes after it. The golden table shows that cell by cell. This test
 * checks all paths at once, and a careless `-u` cannot rewrite it.
 */
import type { Fact } from '@sallyport/core';
import { modelPaths, stepsOf } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { awaitedAfter, isLate, verdictsOn, verifiedAttempts } from '../../src/testing/late-verdicts.ts';

const paths = modelPaths();

/** The paths and the positions in them at which a verdict would be late, with the verdict. */
function* everyLateVerdict(): Generator<{ facts: readonly Fact[]; at: number; verdict: Fact }> {
  const seen = new Set<string>();
  for (const { facts } of paths) {
    const steps = stepsOf(facts);
    for (let at = 1; at <= facts.length; at += 1) {
      const beginning = JSON.stringify(facts.slice(0, at));
      if (seen.has(beginning)) continue;
      seen.add(beginning);
      const before = steps.slice(0, at);
      // Also the number of a future attempt: only the awaited one counts.
      for (const attempt of new Set([0, ...verifiedAttempts(before), 9]))
        for (const verdict of verdictsOn(attempt))
          if (attempt !== awaitedAfter(before)) yield { facts, at, verdict };
    }
  }
}

it('A26: a late verdict does nothing in any state', () => {
  for (const { facts, at, verdict } of everyLateVerdict()) {
    const step = stepsOf([...facts.slice(0, at), verdict]).at(-1);
    const { from, to, commands } = step ?? {};
    if (from !== to || commands?.length !== 0)
      expect.fail(`${JSON.stringify(verdict)} leads from ${from} to ${to} after ${JSON.stringify(facts)}`);
  }
}, 600_000);

it('A26: the machine goes on after a late verdict as it does without one', () => {
  for (const { facts } of paths) {
    const late = facts.findIndex((fact, i) => isLate(stepsOf(facts.slice(0, i)), fact));
    if (late < 0) continue;
    // A current verdict comes next, and then the client leaves.
    const attempt = awaitedAfter(stepsOf(facts)) ?? 9;
    for (const next of verdictsOn(attempt)) {
      const rest: Fact[] = [next, { type: 'connection.closed' }];
      expect(stepsOf([...facts, ...rest]).slice(-2)).toEqual(
        stepsOf([...facts.slice(0, late), ...rest]).slice(-2),
      );
    }
  }
});

it('late verdicts are tried in every state but the last, of every kind, with and without an earlier verdict', () => {
  const seen = new Set<string>();
  for (const { facts } of paths) {
    const steps = stepsOf(facts);
    const last = facts.at(-1) as Fact;
    if (isLate(steps.slice(0, -1), last)) seen.add(`${steps.at(-1)?.from} ${last?.type}`);
  }
  const states = [
    'authenticating.awaitingCredentials',
    'authenticating.verifying',
    'established.steady',
    'established.refreshing',
    'established.draining',
    'closing',
  ];
  const types = new Set(verdictsOn(1).map(({ type }) => type));
  expect([...seen].sort()).toEqual(
    states.flatMap((state) => [...types].map((type) => `${state} ${type}`)).sort(),
  );
});
