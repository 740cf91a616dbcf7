/** A part of the bench, which the command line can name. */
import type { Grounds } from './arena.ts';
import type { Contender } from './contenders.ts';
import type { Plan } from './run-plan.ts';
import type { Sample } from './sample.ts';
import type { UnfinishedRun } from './unfinished-run.ts';

export interface Circumstances extends Grounds {
  readonly plan: Plan;
  /** The contenders of this run. */
  readonly contenders: readonly Contender[];
  /** Also measures 50 000 sessions, over several processes, which is too much for every run. */
  readonly isHuge: boolean;
  readonly perProcess: number;
  /** Keeps finished rounds, and has those of the run that is resumed. Undefined: rounds are not kept. */
  readonly unfinished?: UnfinishedRun;
  /** Reports the progress. */
  progress(text: string): void;
  /** Reports, on the terminal and in the results, that a contender was skipped, and the reason. */
  skip(contender: string, reason: string, cause: 'unavailable' | 'failed'): void;
}

/** A row of a table: a contender with samples, and the contenders that its samples are divided by. */
export type Compared = Pick<Contender, 'name' | 'against'>;

export interface Part {
  readonly name: string;
  /** One line, for `--help`. */
  readonly about: string;
  /** Its own contenders, in place of the common ones. */
  readonly contenders?: readonly Contender[];
  /** The rows of its tables, if they are not the servers. */
  readonly rows?: readonly Compared[];
  run(circumstances: Circumstances): Promise<readonly Sample[]>;
}
