/** What an actor has around it: the world, as an actor sees it. */
import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';
import type { Report } from './report.ts';
import type { Scheduler } from './scheduler.ts';
import type { Wire } from './wire.ts';

export interface Surroundings {
  readonly scheduler: Scheduler;
  readonly report: Report;
  readonly random: Random;
  readonly oracle: Oracle;
  /** Opens a connection to one of the nodes. */
  open(name: string, protocols: readonly string[]): Wire;
}
