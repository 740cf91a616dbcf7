/**
 * The outbox of a log of the control: appends entries, and tries again what the broker did not take.
 *
 * An entry keeps its key, so one whose fate is unknown is appended once (within `keyMs` of the broker).
 * Proven by: test/control/revocations.test.ts, test/control/sign-ins.test.ts.
 */
import type { Clock } from '@sallyport/core';
import type { Broker } from '../broker/broker.ts';
import { checkedAppend } from '../broker/check-outcome.ts';
import { type ControlLog, controlNamespaces } from './control-logs.ts';

/** Entries that are appended at once after an outage. */
const AT_ONCE = 64;
/** How long the outbox waits before it tries again, if the broker has not said that it was interrupted. */
const RETRY_MS = 5_000;

/** What is to be appended. */
export interface Entry {
  /** Unique among all entries of all nodes. 1 to 64 printable characters. */
  readonly key: string;
  readonly json: string;
  /** Asked before every attempt of an entry that was kept. One that is not wanted any more is dropped. Default: it stays wanted. */
  isWanted?(): boolean;
  /** An entry that was kept is in the log now, or is not wanted any more. */
  settled?(): void;
  /** An entry that was kept is given up: the outbox is full, or closes. The log never gets it. */
  givenUp?(): void;
}

/** What the outbox needs of its control. */
export interface OutboxOwner {
  readonly broker: Broker;
  readonly clock: Clock;
  random(): number;
  fault(source: 'broker' | 'channels', error: unknown, channel: string): void;
}

export class Outbox {
  readonly #log: ControlLog;
  readonly #owner: OutboxOwner;
  readonly #most: number;
  /** The entries that the broker has not taken, oldest first. */
  readonly #waiting = new Map<string, Entry>();
  #isFlushing = false;
  #isRetrying = false;
  #retry: unknown;
  #isClosed = false;

  /** `most`: entries that may wait. Past it the oldest is dropped and reported. */
  constructor(log: ControlLog, owner: OutboxOwner, most: number) {
    this.#log = log;
    this.#owner = owner;
    this.#most = most;
  }

  /** The number of entries that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** The keys of the entries that wait. */
  get keys(): IterableIterator<string> {
    return this.#waiting.keys();
  }

  /** Appends an entry now. Returns whether the log has it. */
  async append({ key, json }: Entry): Promise<boolean> {
    const { historySize, historyMs } = controlNamespaces[this.#log];
    try {
      const options = { retention: { size: historySize, ms: historyMs }, key };
      const outcome = await this.#owner.broker.append(this.#log, json, options);
      return checkedAppend(outcome).type === 'appended';
    } catch (error) {
      this.#owner.fault('broker', error, this.#log);
      return false;
    }
  }

  /** Keeps an entry until the next `flush`. */
  keep(entry: Entry): void {
    if (this.#isClosed) return;
    this.#waiting.set(entry.key, entry);
    if (this.#waiting.size > this.#most) {
      const [oldest = entry] = this.#waiting.values();
      this.#waiting.delete(oldest.key);
      oldest.givenUp?.();
      const error = new Error(`more than ${this.#most} entries wait for the broker: the oldest is dropped`);
      this.#owner.fault('channels', error, this.#log);
    }
    this.#retryLater();
  }

  /** Appends what waits, some entries at once. Stops where the broker does not take them. */
  async flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    let isTaken = true;
    while (isTaken && this.#waiting.size > 0 && !this.#isClosed) {
      const some = [...this.#waiting.values()].slice(0, AT_ONCE);
      isTaken = (await Promise.all(some.map((entry) => this.#again(entry)))).every(Boolean);
    }
    this.#isFlushing = false;
    if (this.#waiting.size > 0) this.#retryLater();
  }

  /** Ends for good. What waits is given up. */
  close(): void {
    this.#isClosed = true;
    this.#owner.clock.clearTimeout(this.#retry);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const entry of waiting) entry.givenUp?.();
  }

  async #again(entry: Entry): Promise<boolean> {
    if (entry.isWanted?.() !== false && !(await this.append(entry))) return false;
    if (this.#waiting.delete(entry.key)) entry.settled?.();
    return true;
  }

  #retryLater(): void {
    if (this.#isClosed || this.#isRetrying) return;
    this.#isRetrying = true;
    const delay = Math.ceil(RETRY_MS * (0.5 + this.#owner.random() / 2));
    this.#retry = this.#owner.clock.setTimeout(() => {
      this.#isRetrying = false;
      void this.flush();
    }, delay);
  }
}
