/**
 * What the channels keep of one session: its subscriptions, those that wait for a place, and its publications under way.
 *
 * Most sessions have one subscription, which stands in a field: a `Map` for one costs more than all the rest.
 * Proven by: test/session/subscribing.test.ts, tests/memory/subscriptions.test.ts.
 */
import type { Subscriber } from '@sallyport/core';
import type { Publisher } from './publisher.ts';
import type { Subscribing } from './subscribing.ts';
import type { Subscription } from './subscription.ts';

export class Subscriptions {
  readonly subscriber: Subscriber;
  /** The one subscription, or all from the second on. */
  #held: Subscription | Map<string, Subscription> | undefined = undefined;
  /** Made when needed, and dropped afterwards. */
  #pending: Map<string, Subscribing> | undefined = undefined;
  publisher: Publisher | undefined = undefined;

  constructor(subscriber: Subscriber) {
    this.subscriber = subscriber;
  }

  /** Subscriptions, and those that wait for a place. */
  get size(): number {
    const waiting = this.#pending?.size ?? 0;
    if (this.#held instanceof Map) return waiting + this.#held.size;
    return this.#held ? waiting + 1 : waiting;
  }

  get(channel: string): Subscription | undefined {
    const held = this.#held;
    if (held instanceof Map) return held.get(channel);
    return held?.channel.name === channel ? held : undefined;
  }

  add(subscription: Subscription): void {
    const held = this.#held;
    const { name } = subscription.channel;
    if (held instanceof Map) held.set(name, subscription);
    else if (held === undefined) this.#held = subscription;
    else
      this.#held = new Map([
        [held.channel.name, held],
        [name, subscription],
      ]);
  }

  delete(subscription: Subscription): void {
    const held = this.#held;
    if (held === subscription) this.#held = undefined;
    if (!(held instanceof Map) || held.get(subscription.channel.name) !== subscription) return;
    held.delete(subscription.channel.name);
    if (held.size === 0) this.#held = undefined;
  }

  /** A list of its own, which later changes do not change. */
  get all(): readonly Subscription[] {
    const held = this.#held;
    if (held instanceof Map) return [...held.values()];
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
