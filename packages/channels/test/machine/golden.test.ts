/** The golden table and the chart of the channel machine, compared with docs/channel-table.md (written with `-u`). */
import { expect, it } from 'vitest';
import { channelMachine } from '../../src/machine/machine.ts';
import { chart } from './chart.ts';
import { goldenTable, reasonsUsed, stateNames, whyIgnored } from './golden-table.ts';
import { ignoredFacts } from './ignored-facts.ts';

it('docs/channel-table.md shows what the channel machine does, and its chart', async () => {
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
    '# The channel, cell by cell',
    '',
    'Every state × every fact of the machine of a channel, generated from `packages/channels/src/machine/machine.ts`; do not edit.',
    'A fact has further rows (`; no subscriber`) for what the channel remembers, where that leads elsewhere. `ignored`: the fact can',
    'occur, and has no effect. `cannot occur`: the channel never gives this fact to the machine in this state',
    '(`packages/channels/test/machine/ignored-facts.ts` has the reasons).',
    '',
    '```mermaid',
    chart(),
    '```',
    '',
    ...sections,
  ].join('\n');
  await expect(table).toMatchFileSnapshot('../../../../docs/channel-table.md');
});

it('the channel table has a section for every state of the machine', () => {
  expect(Object.keys(channelMachine.root.states).sort()).toEqual([...stateNames].sort());
});

it('every fact that a channel ignores has a reason, and every reason has an ignored fact', () => {
  expect(() => whyIgnored('live', 'no such fact')).toThrow('ignored-facts.ts gives no reason');
  const used = reasonsUsed();
  for (const { kind, why } of ignoredFacts) expect([...used]).toContain(`${kind}: ${why}`);
});
