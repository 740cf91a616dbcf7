/** The golden table: every state × every fact, compared with docs/session-table.md (`pnpm test:golden` writes it). */
import { sessionMachine } from '@sallyport/core';
import { modelReport } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { transition } from 'xstate';
import { goldenTable, isIgnored, outcomeOf, stateNames, whyIgnored } from '../../src/testing/golden-table.ts';
import { ignoredFacts } from '../../src/testing/ignored-facts.ts';
import { sampleFacts } from '../../src/testing/sample-facts.ts';

it('docs/session-table.md shows what the machine does', async () => {
  const rows = goldenTable();
  const sections = stateNames.map((state) =>
    [
      `## ${state}`,
      '',
      '| fact | what follows |',
      '|---|---|',
      ...rows.filter((row) => row.state === state).map(({ name, cell }) => `| ${name} | ${cell} |`),
      '',
    ].join('\n'),
  );
  const table = [
    '# The session, cell by cell',
    '',
    'Every state × every fact, generated from `packages/core/src/machine/machine.ts`; do not edit. The *last attempt* has a row',
    'of its own where it leads elsewhere. `ignored`: the fact can occur, and has no effect. `cannot occur`: the session never',
    'gives this fact to the machine in this state (`packages/core/src/testing/ignored-facts.ts` has the reasons).',
    '',
    ...sections,
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../../../docs/session-table.md');
});

it('the session table has a section for every state of the machine', () => {
  expect(flatten(sessionMachine.root).sort()).toEqual([...stateNames].sort());
});

it('every ignored fact has a reason, and every reason has an ignored fact', () => {
  expect(() => whyIgnored('closing', 'no such fact')).toThrow('ignored-facts.ts gives no reason');
  for (const silence of ignoredFacts) {
    const cells = stateNames.flatMap((state) =>
      [...sampleFacts].filter(
        ([name, variant]) =>
          silence.states.includes(state) &&
          silence.facts.test(name) &&
          isIgnored(state, outcomeOf(state, 3, variant(2))) &&
          ignoredFacts.find((one) => one.states.includes(state) && one.facts.test(name)) === silence,
      ),
    );
    expect(cells.length, silence.why).toBeGreaterThan(0);
  }
});

it('a closed session takes no fact', () => {
  for (const [, variant] of sampleFacts) {
    const snapshot = sessionMachine.resolveState({
      value: 'closed',
      context: { attempt: 2, attemptsLeft: 3, user: '' },
    });
    expect(transition(sessionMachine, snapshot, variant(2))[1]).toEqual([]);
  }
});

it('the model report shows a path for each cell in which something happens', () => {
  const report = modelReport();
  expect(report).toMatch(/^\d{3} paths\n {4}1 {2}credentials\./);
  expect(report).toContain('[golden table]');
  expect(report).toMatch(/\[golden table, \d+ paths, first \d+\]/);
  expect(report).not.toContain('golden table, 0 paths');
});

function flatten(node: { path: string[]; states: Record<string, unknown> }): string[] {
  const children = Object.values(node.states) as (typeof node)[];
  return children.length > 0 ? children.flatMap(flatten) : [node.path.join('.')];
}
