/** A broker behind a link: every call travels to it and back, in order. When the link is cut, what is on its way stays unknown. */
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  BrokerUnavailable,
  LeaseOutcome,
  ReadOutcome,
  SnapshotOutcome,
  TopOutcome,
} from '@sallyport/channels';
import type { Clock } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';

/** The way to the other end. */
export interface Link {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Resolves when a message has arrived at the other end. */
  cross(): Promise<void>;
}

const UNAVAILABLE: BrokerUnavailable = { type: 'unavailable', reason: 'not connected' };

export class LinkedBroker implements Broker {
  readonly name = 'linked';
  readonly #link: Link;
  readonly #connect: () => Broker;
  /** The channels that are followed, each with the call that began it. */
  readonly #followed = new Map<string, object>();
  #receiver: BrokerReceiver | undefined;
  /** The connection. Absent while the link is cut. */
  #remote: Broker | undefined;
  /** The last call on its way: the next one arrives behind it. */
  #lastCall: Promise<unknown> = Promise.resolve();
  /** Ends the calls that are on their way. */
  readonly #pending = new Set<() => void>();

  constructor(connect: () => Broker, link: Link) {
    this.#connect = connect;
    this.#link = link;
  }

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    void this.#link.cross().then(() => this.mend());
  }

  append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    const unknown: AppendOutcome = { type: 'unknown', reason: 'no answer' };
    return this.#ask<AppendOutcome>(
      (remote) => remote.append(channel, json, options),
      this.#remote ? unknown : UNAVAILABLE,
    );
  }

  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    return this.#ask<ReadOutcome>((remote) => remote.read(channel, since, limit), UNAVAILABLE);
  }

  async follow(channel: string): Promise<TopOutcome> {
    const call = this.#followed.get(channel) ?? {};
    this.#followed.set(channel, call);
    const outcome = await this.#ask<TopOutcome>((remote) => remote.follow(channel), UNAVAILABLE);
    if (outcome.type !== 'top' && this.#followed.get(channel) === call) this.#followed.delete(channel);
    return outcome;
  }

  async unfollow(channel: string): Promise<void> {
    this.#followed.delete(channel);
    await this.#ask<unknown>((remote) => remote.unfollow(channel), undefined);
  }

  tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    return this.#ask(
      (remote) => remote.tops(channels),
      channels.map(() => UNAVAILABLE),
    );
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#ask<SnapshotOutcome>((remote) => remote.snapshot(channel), UNAVAILABLE);
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#ask<LeaseOutcome>((remote) => remote.lease(node, ttlMs), UNAVAILABLE);
  }

  async close(): Promise<void> {
    this.#receiver = undefined;
    this.cut();
  }

  /** Cuts the link. */
  cut(): void {
    void this.#remote?.close();
    if (this.#remote) this.#receiver?.interrupted('the link was cut');
    this.#remote = undefined;
    for (const end of this.#pending) end();
  }

  /** Connects, and follows again what was followed. */
  mend(): void {
    const receiver = this.#receiver;
    if (!receiver || this.#remote) return;
    const remote = this.#connect();
    this.#remote = remote;
    for (const channel of this.#followed.keys()) void remote.follow(channel);
    remote.start({
      publicationArrived: (channel, epoch, publication) => {
        if (this.#followed.has(channel)) this.#receiver?.publicationArrived(channel, epoch, publication);
      },
      interrupted() {},
      resumed() {},
    });
    receiver.resumed();
  }

  /** Sends a call behind those before it. `failed` is the outcome if no answer comes. */
  #ask<Outcome>(call: (remote: Broker) => Promise<Outcome>, failed: Outcome): Promise<Outcome> {
    const remote = this.#remote;
    if (!remote) return Promise.resolve(failed);
    const { clock, deadlineMs } = this.#link;
    const arrived = Promise.all([this.#lastCall, this.#link.cross()]).then(() => call(remote));
    this.#lastCall = arrived;
    return new Promise((resolve) => {
      const settle = (outcome: Outcome) => {
        clock.clearTimeout(timer);
        this.#pending.delete(end);
        resolve(outcome);
      };
      const end = () => settle(failed);
      const timer = clock.setTimeout(end, deadlineMs);
      this.#pending.add(end);
      void arrived.then(async (outcome) => {
        await this.#link.cross();
        settle(outcome);
      });
    });
  }
}
