/** A part of the bench: what can be run by its name. */
import type { Grounds } from './arena.ts';
import type { Contender } from './contenders.ts';
import type { Plan } from './run-plan.ts';
import type { Sample } from './sample.ts';
import type { UnfinishedRun } from './unfinished-run.ts';

export interface Circumstances extends Grounds {
  readonly plan: Plan;
  /** Those that were asked for. */
  readonly contenders: readonly Contender[];
  /** Also runs what is too much for every run: 50 000 sessions, over several processes. */
  readonly isHuge: boolean;
  readonly perProcess: number;
  /** Keeps finished rounds, and has those of the run that is resumed. Undefined: rounds are not kept. */
  readonly unfinished?: UnfinishedRun;
  /** Says where it is. */
  progress(text: string): void;
  /** Says, aloud and in the results, that somebody was left out and why. */
  skip(contender: string, reason: string, cause: 'unavailable' | 'failed'): void;
}

/** Whoever has samples, and whom they are divided by. */
export type Compared = Pick<Contender, 'name' | 'against'>;

export interface Part {
  readonly name: string;
  /** One line, for `--help`. */
  readonly about: string;
  /** Who is in its tables, where it is not the servers. */
  readonly rows?: readonly Compared[];
  run(circumstances: Circumstances): Promise<readonly Sample[]>;
}
