/** The arithmetic and the table of `--compare`, on samples made by hand. */
import { describe, expect, it } from 'vitest';
import { comparisonsOf } from '../src/compare/comparison.ts';
import { comparisonTable } from '../src/compare/comparison-table.ts';
import { nameOf, type Sides, type Subject, serversOf, steppersOf } from '../src/compare/sides.ts';
import type { Figure, Sample } from '../src/sample.ts';

const cost: Figure = { name: 'server CPU', unit: 'µs/message', better: 'less' };
const rate: Figure = { name: 'echo', unit: 'messages/s', better: 'more' };

/** One sample per round. */
const samplesOf = (
  figure: Figure,
  subject: Subject,
  side: 'this' | 'that',
  values: readonly number[],
): readonly Sample[] =>
  values.map((value, round) => ({ figure, contender: nameOf(subject, side), round, value }));

describe('the comparison of two revisions', () => {
  it('the samples of this revision are divided by those of the other, round by round', () => {
    const [comparison, ...others] = comparisonsOf([
      ...samplesOf(cost, 'ws', 'this', [10, 40, 30]),
      ...samplesOf(cost, 'ws', 'that', [20, 20, 40]),
    ]);
    expect(others).toEqual([]);
    expect(comparison).toEqual({
      subject: 'ws',
      figure: cost,
      this: [10, 40, 30],
      that: [20, 20, 40],
      ratio: { low: 0.5, median: 0.75, high: 2 },
    });
  });

  it('a round without a sample of one of the two is left out', () => {
    const [comparison] = comparisonsOf([
      ...samplesOf(cost, 'ws', 'this', [10, 40]),
      ...samplesOf(cost, 'ws', 'that', [20]),
    ]);
    expect(comparison?.ratio).toEqual({ low: 0.5, median: 0.5, high: 0.5 });
  });

  it('a figure that only one of the two has is left out', () => {
    expect(comparisonsOf(samplesOf(cost, 'ws', 'this', [10]))).toEqual([]);
    expect(comparisonsOf(samplesOf(cost, 'ws', 'that', [10]))).toEqual([]);
  });

  it('the samples of one library are never divided by those of the other', () => {
    const comparisons = comparisonsOf([
      ...samplesOf(cost, 'uWS', 'this', [3]),
      ...samplesOf(cost, 'uWS', 'that', [2]),
      ...samplesOf(cost, 'ws', 'this', [8]),
      ...samplesOf(cost, 'ws', 'that', [4]),
    ]);
    expect(comparisons.map(({ subject, ratio }) => [subject, ratio.median])).toEqual([
      ['ws', 2],
      ['uWS', 1.5],
    ]);
  });

  it('the table shows the costs, with medians and the range of the ratio', () => {
    const table = comparisonTable(
      comparisonsOf([
        ...samplesOf(rate, 'ws', 'this', [1]),
        ...samplesOf(rate, 'ws', 'that', [1]),
        ...samplesOf(cost, 'ws', 'this', [10, 40, 30]),
        ...samplesOf(cost, 'ws', 'that', [20, 20, 40]),
      ]),
    );
    expect(table.split('\n')).toEqual([
      '    figure      unit        this  that  ratio  lowest–highest',
      'ws  server CPU  µs/message  30.0  20.0  0.750  0.500–2.000',
    ]);
  });
});

describe('the two sides', () => {
  const sides: Sides = [
    { name: 'this', root: '/here' },
    { name: 'that', root: '/there' },
  ];

  it('the two sides take turns on each library, and each runs its own server', () => {
    expect(serversOf(sides).map(({ name, script: [file] }) => [name, file])).toEqual([
      ['ws, this', '/here/bench/dist/servers/sallyport-ws.js'],
      ['ws, that', '/there/bench/dist/servers/sallyport-ws.js'],
      ['uWS, this', '/here/bench/dist/servers/sallyport-uws.js'],
      ['uWS, that', '/there/bench/dist/servers/sallyport-uws.js'],
    ]);
  });

  it('the two sides take turns with the machine step', () => {
    expect(steppersOf(sides).map(({ name, script: [file] }) => [name, file])).toEqual([
      ['core, this', '/here/bench/dist/steps/table.js'],
      ['core, that', '/there/bench/dist/steps/table.js'],
    ]);
  });
});
