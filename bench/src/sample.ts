/** What is measured: one number of one contender in one round. Everything that is shown comes from these. */

export interface Figure {
  /** Unique, and what a table says above its column. */
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
