/**
 * What the channels keep of one session: its subscriptions, those that wait for a place, and its publications under way.
 *
 * Most sessions have one subscription, which stands in a field. A `Map` for one costs more than all the rest.
 * Proven by: test/session/subscribing.test.ts, tests/memory/subscriptions.test.ts.
 */
import type { Subscriber } from '@sallyport/core';
import type { Publisher } from './publisher.ts';
import type { Subscribing } from './subscribing.ts';
import type { Subscription } from './subscription.ts';

export class Subscriptions {
  readonly subscriber: Subscriber;
  #first: Subscription | undefined = undefined;
  /** All, from the second on. */
  #all: Map<string, Subscription> | undefined = undefined;
  /** Made when needed, and dropped afterwards. */
  #pending: Map<string, Subscribing> | undefined = undefined;
  publisher: Publisher | undefined = undefined;

  constructor(subscriber: Subscriber) {
    this.subscriber = subscriber;
  }

  /** Subscriptions, and those that wait for a place. */
  get size(): number {
    const waiting = this.#pending?.size ?? 0;
    return waiting + (this.#all ? this.#all.size : this.#first ? 1 : 0);
  }

  get(channel: string): Subscription | undefined {
    if (this.#all) return this.#all.get(channel);
    return this.#first?.channel.name === channel ? this.#first : undefined;
  }

  add(subscription: Subscription): void {
    if (!this.#first && !this.#all) {
      this.#first = subscription;
      return;
    }
    if (this.#first) this.#all = new Map([[this.#first.channel.name, this.#first]]);
    this.#first = undefined;
    this.#all?.set(subscription.channel.name, subscription);
  }

  delete(subscription: Subscription): void {
    if (this.#first === subscription) this.#first = undefined;
    if (this.#all?.get(subscription.channel.name) === subscription)
      this.#all.delete(subscription.channel.name);
    if (this.#all?.size === 0) this.#all = undefined;
  }

  /** A list of its own, which later changes do not change. */
  get all(): readonly Subscription[] {
    if (this.#all) return [...this.#all.values()];
    return this.#first ? [this.#first] : [];
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
