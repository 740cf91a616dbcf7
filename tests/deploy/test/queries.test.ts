/** The reader of queries finds metrics, labels and mistakes. */
import { expect, it } from 'vitest';
import { parseQuery } from './queries.ts';

it('a query names metrics, matchers and labels to group by', () => {
  expect(parseQuery('sum by (job, le) (rate(a_total{x=~"b|c", y!="d"}[5m])) / on (job) b > 1')).toEqual({
    selections: [
      {
        metric: 'a_total',
        matchers: [
          { label: 'x', operator: '=~', value: 'b|c' },
          { label: 'y', operator: '!=', value: 'd' },
        ],
      },
      { metric: 'b', matchers: [] },
    ],
    groupedBy: ['job', 'le', 'job'],
  });
});

it.each([
  ['a bracket is missing', 'sum(rate(a[5m])', /not PromQL/],
  ['a number cannot match on labels', 'a > 2 * on (job) b', /one side is a number/],
])('a query is refused: %s', (_, text, message) => {
  expect(() => parseQuery(text)).toThrow(message);
});
