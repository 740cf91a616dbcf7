/** A broker in memory that a test can make lose, hold, repeat, reorder and refuse. */
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  LeaseOutcome,
  ReadOutcome,
  SnapshotOutcome,
  StoredPublication,
  TopOutcome,
} from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';

type Method = 'append' | 'read' | 'follow' | 'unfollow' | 'tops';

/** The logs of the control have names that no app can use. */
const isControlLog = (channel: string): boolean => channel.startsWith(' ');

export class FaultyBroker implements Broker {
  readonly name = 'faulty';
  /** The calls of each method so far, without those for the logs of the control. */
  readonly calls: Record<Method, number> = { append: 0, read: 0, follow: 0, unfollow: 0, tops: 0 };
  /** Publications that are on their way, while `isHolding`. */
  readonly held: (readonly [string, string, StoredPublication])[] = [];
  /** Whether publications are held back. */
  isHolding = false;
  /** Publications that will be lost silently. */
  lose = 0;
  /** Methods whose answers wait until the test releases them. */
  readonly #gates = new Map<Method, (() => void)[]>();
  /** Methods that are answered `unavailable`, although the broker is not interrupted. */
  readonly unavailable = new Set<Method>();
  /** What `append` answers in the place of the truth, after it has appended. */
  appendAnswer: AppendOutcome | undefined;
  isInterrupted = false;
  readonly #broker: Broker;
  #receiver: BrokerReceiver | undefined;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    this.#broker.start({
      publicationArrived: (channel, epoch, publication) => this.#arrived(channel, epoch, publication),
      interrupted: () => undefined,
      resumed: () => receiver.resumed(),
    });
  }

  // --- For the test.

  interrupt(): void {
    this.isInterrupted = true;
    this.#receiver?.interrupted();
  }

  resume(): void {
    this.isInterrupted = false;
    this.#receiver?.resumed();
  }

  /** Has a publication arrive, whatever the log holds. */
  inject(channel: string, epoch: string, publication: StoredPublication): void {
    this.#receiver?.publicationArrived(channel, epoch, publication);
  }

  /** Delivers what was held, in this order. */
  release(order: (held: (readonly [string, string, StoredPublication])[]) => void = () => undefined): void {
    this.isHolding = false;
    const held = this.held.splice(0);
    order(held);
    for (const one of held) this.inject(...one);
  }

  /** From now on the answers of a method wait. */
  gate(method: Method): void {
    if (!this.#gates.has(method)) this.#gates.set(method, []);
  }

  /** Lets the answers go that wait. */
  open(method: Method): void {
    const waiting = this.#gates.get(method) ?? [];
    this.#gates.delete(method);
    for (const go of waiting) go();
  }

  // --- Broker.

  async append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    if (this.#refuses('append', channel)) return { type: 'unavailable' };
    const outcome = await this.#broker.append(channel, json, options);
    await this.#passed('append');
    return this.appendAnswer ?? outcome;
  }

  async read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    if (this.#refuses('read', channel)) return { type: 'unavailable' };
    const outcome = await this.#broker.read(channel, since, limit);
    await this.#passed('read');
    return this.isInterrupted ? { type: 'unavailable' } : outcome;
  }

  async follow(channel: string): Promise<TopOutcome> {
    if (this.#refuses('follow', channel)) return { type: 'unavailable' };
    const outcome = await this.#broker.follow(channel);
    await this.#passed('follow');
    return outcome;
  }

  async unfollow(channel: string): Promise<void> {
    if (!isControlLog(channel)) this.calls.unfollow += 1;
    await this.#broker.unfollow(channel);
    await this.#passed('unfollow');
  }

  async tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    if (this.#refuses('tops', channels[0] ?? '')) return channels.map(() => ({ type: 'unavailable' }));
    return this.#broker.tops(channels);
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#broker.snapshot(channel);
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#broker.lease(node, ttlMs);
  }

  close(): Promise<void> {
    return this.#broker.close();
  }

  #refuses(method: Method, channel: string): boolean {
    if (!isControlLog(channel)) this.calls[method] += 1;
    return this.isInterrupted || this.unavailable.has(method);
  }

  #passed(method: Method): Promise<void> | undefined {
    const waiting = this.#gates.get(method);
    return waiting && new Promise((go) => waiting.push(go));
  }

  #arrived(channel: string, epoch: string, publication: StoredPublication): void {
    if (this.isInterrupted) return;
    if (this.isHolding) this.held.push([channel, epoch, publication]);
    else if (this.lose > 0) this.lose -= 1;
    else this.inject(channel, epoch, publication);
  }
}
