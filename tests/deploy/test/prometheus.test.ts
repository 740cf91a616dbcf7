/** The alert rules and the dashboard: every query names metrics, labels and values that a server has. */
import { execFileSync, spawnSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pathOf, read } from './files.ts';
import { type Known, knownMetrics } from './known-metrics.ts';
import { parseQuery } from './queries.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('deploy/grafana/sallyport.json')) as { readonly panels: readonly Panel[] };

let known: Known;
beforeAll(async () => {
  known = await knownMetrics();
});

function problemsOf(text: string): string[] {
  const { selections, groupedBy } = parseQuery(text);
  const metrics = selections.map(({ metric }) => metric);
  const labels = new Set(metrics.flatMap((metric) => known.labels.get(metric) ?? []));
  return [
    ...metrics.filter((metric) => !known.labels.has(metric)).map((metric) => `unknown metric ${metric}`),
    ...groupedBy.filter((label) => !labels.has(label)).map((label) => `unknown label ${label}`),
    ...selections.flatMap(({ metric, matchers }) =>
      matchers.flatMap(({ label, operator, value }) => {
        if (!known.labels.get(metric)?.includes(label)) return [`${metric} has no label ${label}`];
        const values = known.values[label];
        if (!values) return [];
        const wanted = operator.endsWith('~') ? value.split('|') : [value];
        return wanted
          .filter((one) => !values.some((real) => new RegExp(`^(?:${one})$`).test(real)))
          .map((one) => `${label} is never ${one}`);
      }),
    ),
  ];
}

it.each(rules.map(({ alert, expr }) => [alert, expr] as const))(
  'the alert %s names metrics and labels that a server has',
  (_, expr) => {
    expect(problemsOf(expr)).toEqual([]);
  },
);

it('every alert has a summary with its instance, and a severity', () => {
  for (const { alert, labels, annotations } of rules) {
    expect([alert, labels['severity']]).toEqual([alert, expect.stringMatching(/^(page|ticket)$/)]);
    expect([alert, annotations['summary']]).toEqual([alert, expect.stringContaining('$labels.instance')]);
  }
});

const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr] as const),
);

it.each(queries)('the panel %s asks for metrics and labels that a server has: %s', (_, expr) => {
  const text = expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|instance)/g, '.*');
  expect(problemsOf(text)).toEqual([]);
});

it('the panels of the dashboard have ids of their own and do not overlap', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

const hasPromtool = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasPromtool) console.warn('SKIPPED: promtool on the alert rules (Debian: apt install prometheus)');

it.skipIf(!hasPromtool)('promtool accepts the alert rules, and they fire when they should', () => {
  execFileSync('promtool', ['check', 'rules', pathOf('deploy/prometheus/alerts.yml')], { stdio: 'pipe' });
  execFileSync('promtool', ['test', 'rules', pathOf('tests/deploy/test/alerts.promtool.yml')], {
    stdio: 'pipe',
  });
});
