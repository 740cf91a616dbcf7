/** What the samples of two sides come to: for each figure the medians, and the spread of the ratios this ÷ that. */
import type { Figure, Sample } from '../sample.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { summarise } from '../summary.ts';
import { comparedOf, nameOf, type Subject, subjects } from './sides.ts';

export interface Comparison {
  readonly subject: Subject;
  readonly figure: Figure;
  /** Every sample, by round. */
  readonly this: readonly number[];
  readonly that: readonly number[];
  /** Each ratio divides two samples of one round. */
  readonly ratio: Spread;
}

/** By subject, then in the order in which the figures were measured. A figure that one side lacks is left out. */
export function comparisonsOf(samples: readonly Sample[]): readonly Comparison[] {
  const rows = subjects.flatMap((subject) => [comparedOf(subject, 'this'), comparedOf(subject, 'that')]);
  const summaries = summarise(samples, rows);
  return subjects.flatMap((subject) =>
    summaries.flatMap(({ figure, rows }) => {
      const here = rows.find(({ contender }) => contender === nameOf(subject, 'this'));
      const there = rows.find(({ contender }) => contender === nameOf(subject, 'that'));
      const [ratio] = here?.ratios ?? [];
      if (!here || !there || !ratio) return [];
      const { median, low, high } = ratio;
      return [{ subject, figure, this: here.values, that: there.values, ratio: { median, low, high } }];
    }),
  );
}

export const medianOf = (values: readonly number[]): number => spreadOf(values).median;
