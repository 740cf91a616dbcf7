/** The logs of a run in memory, with what happens to them as a whole. The oracle learns each loss. Proven by: test/simulation.test.ts. */
import { createMemoryLogs, type MemoryLogs } from '@sallyport/channels';
import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export class MemoryStore {
  readonly logs: MemoryLogs;
  readonly #oracle: Oracle;

  constructor(scheduler: Scheduler, oracle: Oracle, tags: Random) {
    this.#oracle = oracle;
    this.logs = createMemoryLogs({ clock: scheduler.process(), random: () => tags.next() });
  }

  forgetAll(): void {
    this.logs.forgetAll();
    this.#oracle.forgetAll();
  }

  /** An append that keeps nothing drops the history of a channel. */
  evictHistory(channel: string, data: unknown): void {
    const json = JSON.stringify(data);
    const retention = { size: 0, ms: 0 };
    void this.logs
      .createBroker()
      .append(channel, json, { retention })
      .then((outcome) => {
        if (outcome.type !== 'appended') return;
        this.#oracle.appended(channel, outcome.position, { json, user: undefined }, retention);
      });
  }

  heal(): void {}
}
