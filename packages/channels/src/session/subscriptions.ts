/**
 * What the channels keep of one session: its subscriptions, those that wait for a place, and its publications under way.
 *
 * Most sessions have one subscription, which stands in a field. A few stand in an array: a `Map` for two costs more than both of them.
 * Proven by: test/session/subscriptions.test.ts, tests/memory/subscriptions.test.ts.
 */
import type { Subscriber } from '@sallyport/core';
import type { Publisher } from './publisher.ts';
import type { Subscribing } from './subscribing.ts';
import type { Subscription } from './subscription.ts';

/** Subscriptions above which they stand in a `Map`. */
const FEW = 8;

export class Subscriptions {
  readonly subscriber: Subscriber;
  /** The one subscription; or a few; or all of them by name. */
  #held: Subscription | Subscription[] | Map<string, Subscription> | undefined = undefined;
  /** Made when needed, and dropped afterwards. */
  #pending: Map<string, Subscribing> | undefined = undefined;
  publisher: Publisher | undefined = undefined;

  constructor(subscriber: Subscriber) {
    this.subscriber = subscriber;
  }

  /** Subscriptions, and those that wait for a place. */
  get size(): number {
    const waiting = this.#pending?.size ?? 0;
    const held = this.#held;
    if (held instanceof Map) return waiting + held.size;
    if (Array.isArray(held)) return waiting + held.length;
    return held ? waiting + 1 : waiting;
  }

  get(channel: string): Subscription | undefined {
    const held = this.#held;
    if (held instanceof Map) return held.get(channel);
    if (Array.isArray(held)) return held.find((one) => one.channel.name === channel);
    return held?.channel.name === channel ? held : undefined;
  }

  add(subscription: Subscription): void {
    const held = this.#held;
    if (held instanceof Map) held.set(subscription.channel.name, subscription);
    else if (held === undefined) this.#held = subscription;
    else if (!Array.isArray(held)) this.#held = [held, subscription];
    // `push` would make room for 17 more.
    else if (held.length < FEW) this.#held = held.concat(subscription);
    else this.#held = new Map([...held, subscription].map((one) => [one.channel.name, one]));
  }

  delete(subscription: Subscription): void {
    const held = this.#held;
    if (held === subscription) this.#held = undefined;
    if (Array.isArray(held)) {
      const rest = held.filter((one) => one !== subscription);
      this.#held = rest.length > 1 ? rest : rest[0];
    }
    if (!(held instanceof Map) || held.get(subscription.channel.name) !== subscription) return;
    held.delete(subscription.channel.name);
    if (held.size === 0) this.#held = undefined;
  }

  /** A list of its own, which later changes do not change. */
  get all(): readonly Subscription[] {
    const held = this.#held;
    if (held instanceof Map) return [...held.values()];
    if (Array.isArray(held)) return [...held];
    return held ? [held] : [];
  }

  pendingOf(channel: string): Subscribing | undefined {
    return this.#pending?.get(channel);
  }

  get pending(): readonly Subscribing[] {
    return [...(this.#pending?.values() ?? [])];
  }

  addPending(subscribing: Subscribing): void {
    this.#pending ??= new Map();
    this.#pending.set(subscribing.channel, subscribing);
  }

  deletePending(subscribing: Subscribing): void {
    if (this.#pending?.get(subscribing.channel) === subscribing) this.#pending.delete(subscribing.channel);
    if (this.#pending?.size === 0) this.#pending = undefined;
  }
}
