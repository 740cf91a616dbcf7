/**
 * How many requests each source may make: how fast, and how many at once.
 *
 * The rate is limited by the generic cell rate algorithm, which keeps one number for a source (ITU-T I.371). A source that
 * does nothing and has its whole burst again is forgotten. Proven by: test/requests.test.ts.
 */
import { sourceOf } from '@sallyport/core';

/** The limits of each source; `ServeOptions` says what they mean. */
export interface RequestLimits {
  /** Requests a second of one source, on average. */
  readonly requestsPerSecond: number;
  /** Requests that a source may send at once after a pause. */
  readonly requestBurst: number;
  /** Requests of one source without a complete answer. */
  readonly requestsInFlight: number;
}

/** `answer` the request; `refuse` it with 429 and end the connection; or `cut` the connection, because refusals are too many. */
export type Ruling = 'answer' | 'refuse' | 'cut';

/** What a source has used of its limits. */
export interface Usage {
  /** Requests without a complete answer. */
  inFlight: number;
  /** When the next request would be due if requests came evenly, in milliseconds. */
  dueAt: number;
  /** The same for refusals. */
  refusalDueAt: number;
}

/** Sources that are remembered. Further ones share one `Usage`. */
const MAX_SOURCES = 16_384;
/** Requests that one refusal counts as. */
const REFUSAL_COST = 10;

/** Counts the requests of every source against its limits. */
export class Requests {
  readonly #limits: RequestLimits;
  readonly #now: () => number;
  readonly #usages = new Map<string, Usage>();
  /** Shared by the sources past `MAX_SOURCES`. */
  readonly #others: Usage = { inFlight: 0, dueAt: 0, refusalDueAt: 0 };

  constructor(limits: RequestLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts a request. After `answer`, and only then, the caller must call `end` with the same usage. */
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

  /** Counts a request whose answer is sent at once and never stays in flight. */
  count(address: string): Ruling {
    const { ruling, usage } = this.begin(address);
    if (ruling === 'answer') this.end(usage);
    return ruling;
  }

  /** Counts further requests: for an answer where the adapter cannot see whether the client reads it. */
  charge(usage: Usage, requests: number): void {
    usage.dueAt = Math.max(usage.dueAt, this.#now()) + (requests * 1_000) / this.#limits.requestsPerSecond;
  }

  /** The answer has been sent, or the client has closed the connection. */
  end(usage: Usage): void {
    usage.inFlight -= 1;
  }

  #usageOf(source: string): Usage {
    const known = this.#usages.get(source);
    if (known) return known;
    if (this.#usages.size >= MAX_SOURCES) this.#forget();
    if (this.#usages.size >= MAX_SOURCES) return this.#others;
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
