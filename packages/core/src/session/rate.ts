/** A limit on the message rate with bursts: the generic cell rate algorithm (ITU-T I.371), with one number and no timer. */
import type { Limits } from '../limits.ts';

type RateLimits = Pick<Limits, 'messagesPerSecond' | 'burst'>;

export class Rate {
  /** When the next message would be due at an even rate. */
  #dueAt = 0;

  /** Whether a message at this time is within the rate. A message beyond it does not count. The limits may differ from call to call. */
  allows(now: number, { messagesPerSecond, burst }: RateLimits): boolean {
    const intervalMs = 1_000 / messagesPerSecond;
    const dueAt = Math.max(this.#dueAt, now);
    if (dueAt - now > intervalMs * (burst - 1)) return false;
    this.#dueAt = dueAt + intervalMs;
    return true;
  }
}
