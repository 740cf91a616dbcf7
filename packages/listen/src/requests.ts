/**
 * How many plain requests each source may make: how fast, and how many at once.
 *
 * The rate is the generic cell rate algorithm, which is one number for a source (ITU-T I.371). A source that does nothing
 * and has its whole burst again is forgotten. Proven by: test/requests.test.ts.
 */
import { sourceOf } from '@sallyport/core';

export interface RequestLimits {
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly requestsInFlight: number;
}

/** `answer` it; `refuse` it with 429 and end the connection; `cut` the connection: even refusals are too many. */
export type Ruling = 'answer' | 'refuse' | 'cut';

interface Usage {
  inFlight: number;
  /** When the next request would be due if they came evenly, in milliseconds. */
  dueAt: number;
  /** The same of refusals. */
  refusalDueAt: number;
}

/** More sources than this share what one source has. */
const MOST_SOURCES = 16_384;
/** One refusal for so many requests that would be answered. */
const REFUSAL_COST = 10;

export class Requests {
  readonly #limits: RequestLimits;
  readonly #now: () => number;
  readonly #usages = new Map<string, Usage>();
  readonly #strangers: Usage = { inFlight: 0, dueAt: 0, refusalDueAt: 0 };

  constructor(limits: RequestLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** After `answer`, and only then, `end` has to follow with the same usage. */
  begin(address: string): { readonly ruling: Ruling; readonly usage: Usage } {
    const usage = this.#usageOf(sourceOf(address));
    const { requestsPerSecond, requestBurst, requestsInFlight } = this.#limits;
    const now = this.#now();
    const interval = 1_000 / requestsPerSecond;
    const dueAt = Math.max(usage.dueAt, now);
    if (usage.inFlight < requestsInFlight && dueAt - now <= interval * (requestBurst - 1)) {
      usage.dueAt = dueAt + interval;
      usage.inFlight += 1;
      return { ruling: 'answer', usage };
    }
    const refusalDueAt = Math.max(usage.refusalDueAt, now);
    if (refusalDueAt - now > interval * (requestBurst - 1)) return { ruling: 'cut', usage };
    usage.refusalDueAt = refusalDueAt + interval * REFUSAL_COST;
    return { ruling: 'refuse', usage };
  }

  /** Counts as so many requests more: for an answer of which nobody can tell whether the client has read it. */
  charge(usage: Usage, requests: number): void {
    usage.dueAt = Math.max(usage.dueAt, this.#now()) + (requests * 1_000) / this.#limits.requestsPerSecond;
  }

  end(usage: Usage): void {
    usage.inFlight -= 1;
  }

  #usageOf(source: string): Usage {
    const known = this.#usages.get(source);
    if (known) return known;
    if (this.#usages.size >= MOST_SOURCES) this.#forget();
    if (this.#usages.size >= MOST_SOURCES) return this.#strangers;
    const usage = { inFlight: 0, dueAt: 0, refusalDueAt: 0 };
    this.#usages.set(source, usage);
    return usage;
  }

  #forget(): void {
    const now = this.#now();
    for (const [source, { inFlight, dueAt, refusalDueAt }] of this.#usages)
      if (inFlight === 0 && dueAt <= now && refusalDueAt <= now) this.#usages.delete(source);
  }
}

export type { Usage };
