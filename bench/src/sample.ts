/** A sample: one number of one contender in one round. All results are computed from samples. */

export interface Figure {
  /** Unique. The heading of its column in a table. */
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less' | 'neither';
}

export interface Sample {
  readonly figure: Figure;
  readonly contender: string;
  /** Samples of one round were taken in turn, and may be divided by each other. */
  readonly round: number;
  readonly value: number;
}
