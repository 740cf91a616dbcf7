/**
 * The broker of one node on logs in memory.
 *
 * It delivers publications in a microtask, so that no method calls the receiver from inside.
 * Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */
import type { Position } from '@sallyport/protocol';
import type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  BrokerUnavailable,
  LeaseOutcome,
  ReadOutcome,
  SnapshotOutcome,
  StoredPublication,
  TopOutcome,
} from '../broker.ts';
import type { Follower } from './memory-log.ts';
import type { SharedLogs } from './shared-logs.ts';

const CLOSED: BrokerUnavailable = { type: 'unavailable', reason: 'the broker is closed' };

export class MemoryBroker implements Broker {
  readonly name = 'memory';
  readonly #logs: SharedLogs;
  readonly #following = new Map<string, Follower>();
  #receiver: BrokerReceiver | undefined;
  #isClosed = false;
  /** What the receiver is to hear in the next microtask. */
  #waiting: ((receiver: BrokerReceiver) => void)[] = [];

  constructor(logs: SharedLogs) {
    this.#logs = logs;
  }

  start(receiver: BrokerReceiver): void {
    this.#receiver = receiver;
    this.#tell((one) => one.resumed());
  }

  append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome> {
    return this.#answer(() => this.#logs.append(channel, json, options));
  }

  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome> {
    return this.#answer(() => this.#logs.read(channel, since, limit));
  }

  follow(channel: string): Promise<TopOutcome> {
    return this.#answer(() => {
      const log = this.#logs.use(channel);
      if (!this.#following.has(channel)) {
        const follower = this.#followerOf(channel);
        this.#following.set(channel, follower);
        log.followers.add(follower);
      }
      return { type: 'top', top: log.top };
    });
  }

  unfollow(channel: string): Promise<void> {
    const follower = this.#following.get(channel);
    if (follower) {
      this.#following.delete(channel);
      this.#logs.use(channel).followers.delete(follower);
    }
    return Promise.resolve();
  }

  tops(channels: readonly string[]): Promise<readonly TopOutcome[]> {
    return Promise.resolve(
      channels.map((channel) =>
        this.#isClosed ? CLOSED : ({ type: 'top', top: this.#logs.use(channel).top } as const),
      ),
    );
  }

  snapshot(channel: string): Promise<SnapshotOutcome> {
    return this.#answer(() => {
      const log = this.#logs.use(channel);
      return { type: 'snapshot', state: log.stateAt(this.#logs.now), top: log.top };
    });
  }

  lease(node: string, ttlMs: number): Promise<LeaseOutcome> {
    return this.#answer(() => ({ type: this.#logs.renew(node, ttlMs) ? 'held' : 'lost' }));
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#receiver = undefined;
    for (const channel of this.#following.keys()) void this.unfollow(channel);
    return Promise.resolve();
  }

  #answer<Outcome>(ask: () => Outcome): Promise<Outcome | BrokerUnavailable> {
    return Promise.resolve(this.#isClosed ? CLOSED : ask());
  }

  #followerOf(channel: string): Follower {
    const follower: Follower = {
      deliver: (epoch: string, publication: StoredPublication) =>
        this.#tell((receiver) => {
          // The node may have unfollowed the channel in between, and followed it again.
          if (this.#following.get(channel) === follower)
            receiver.publicationArrived(channel, epoch, publication);
        }),
    };
    return follower;
  }

  #tell(what: (receiver: BrokerReceiver) => void): void {
    this.#waiting.push(what);
    if (this.#waiting.length > 1) return;
    void Promise.resolve().then(() => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const one of waiting) if (this.#receiver) one(this.#receiver);
    });
  }
}
