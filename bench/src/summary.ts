/** The summary of samples: medians, and the spread of the ratios within rounds. */
import type { Compared } from './part.ts';
import type { Figure, Sample } from './sample.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface Ratio extends Spread {
  readonly against: string;
}

export interface Row {
  readonly contender: string;
  readonly values: readonly number[];
  readonly value: Spread;
  /** In the order of the contender's `against`: the fair control first. */
  readonly ratios: readonly Ratio[];
}

export interface Summary {
  readonly figure: Figure;
  readonly rows: readonly Row[];
}

/** One summary per figure, with a row for each contender that has samples of it, in their order. */
export function summarise(samples: readonly Sample[], contenders: readonly Compared[]): readonly Summary[] {
  const figures = new Map(samples.map(({ figure }) => [figure.name, figure]));
  return [...figures.values()].map((figure) => {
    const ofFigure = samples.filter((sample) => sample.figure.name === figure.name);
    return { figure, rows: contenders.flatMap((contender) => rowOf(contender, ofFigure)) };
  });
}

function rowOf({ name, against }: Compared, samples: readonly Sample[]): readonly Row[] {
  const own = samples.filter(({ contender }) => contender === name);
  if (own.length === 0) return [];
  const values = own.map(({ value }) => value);
  const ratios = against.flatMap((control) => {
    const quotients = own.flatMap(({ round, value }) => {
      const other = samples.find((sample) => sample.contender === control && sample.round === round);
      const quotient = other && value / other.value;
      return Number.isFinite(quotient) ? [quotient as number] : [];
    });
    return quotients.length === 0 ? [] : [{ against: control, ...spreadOf(quotients) }];
  });
  return [{ contender: name, values, value: spreadOf(values), ratios }];
}
