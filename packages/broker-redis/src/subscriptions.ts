/**
 * The channels that the node follows. Each is a subscription of pub/sub beside the log: first the subscription, then the top, and what
 * arrived up to the top is dropped.
 *
 * What is asked of one channel happens one behind the other: the library confuses a subscription with the end of one before it. Proven by:
 * test/stories.test.ts, test/failures.test.ts.
 */
import type { StoredPublication, TopOutcome } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { parseMessage } from './answers.ts';
import type { Connection } from './connection.ts';
import { unavailable } from './failures.ts';
import type { Keys } from './keys.ts';

/** Channels in one SUBSCRIBE, so that no command becomes too long. */
const BATCH = 500;

/** A followed channel. */
interface Following {
  /** What arrived before the top was known. Absent once it is. */
  held: Arrived[] | undefined;
  /** The top, until something has arrived that is not before it: messages have a connection of their own, and may come later. */
  top: Position | undefined;
}

interface Arrived {
  readonly epoch: string;
  readonly publication: StoredPublication;
}

/** What the subscriptions need of their broker. */
export interface SubscriptionsOwner {
  readonly keys: Keys;
  /** The connection, while it is in use. */
  readonly connection: Connection | undefined;
  topOf(channel: string): Promise<Position>;
  arrived(channel: string, epoch: string, publication: StoredPublication): void;
}

export class Subscriptions {
  readonly #owner: SubscriptionsOwner;
  readonly #followed = new Map<string, Following>();
  /** The channels that the connection of now is subscribed to. */
  #subscribed = new Set<string>();
  /** The last thing that was asked of a channel. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(owner: SubscriptionsOwner) {
    this.#owner = owner;
  }

  /** Follows a channel. Where it fails, the channel is not followed; `abandon` makes it fail. */
  async follow(channel: string): Promise<TopOutcome> {
    const following = this.#followed.get(channel) ?? { held: [], top: undefined };
    this.#followed.set(channel, following);
    try {
      const top = await this.#inTurn(channel, async () => {
        if (this.#followed.get(channel) !== following)
          throw new Error('the channel was unfollowed meanwhile');
        await this.#settle(channel);
        return this.#owner.topOf(channel);
      });
      this.#release(channel, following, top);
      return { type: 'top', top };
    } catch (error) {
      if (following.held && this.#followed.get(channel) === following) this.#followed.delete(channel);
      return unavailable(error);
    }
  }

  /** Drops a channel whose top has not come in time. */
  abandon(channel: string): void {
    if (this.#followed.get(channel)?.held) void this.unfollow(channel);
  }

  async unfollow(channel: string): Promise<void> {
    this.#followed.delete(channel);
    // A connection that has ended has no subscriptions.
    await this.#inTurn(channel, () => this.#settle(channel)).catch(() => {});
  }

  /** Subscribes a new connection to all followed channels. */
  async restore(connection: Connection): Promise<void> {
    const channels = [...this.#followed.keys()];
    for (const following of this.#followed.values()) following.top = undefined;
    this.#subscribed = new Set(channels);
    const batches: Promise<unknown>[] = [];
    for (let from = 0; from < channels.length; from += BATCH) {
      const subjects = channels.slice(from, from + BATCH).map((one) => this.#owner.keys.subject(one));
      batches.push(connection.subscribe(subjects, this.#take));
    }
    await Promise.all(batches);
  }

  /** Ends the subscriptions of channels that the node unfollowed while `restore` was under way. */
  tidy(): void {
    for (const channel of this.#subscribed) if (!this.#followed.has(channel)) void this.unfollow(channel);
  }

  clear(): void {
    this.#followed.clear();
  }

  /** Subscribes or unsubscribes, as the node wants it now. */
  async #settle(channel: string): Promise<void> {
    const { connection, keys } = this.#owner;
    if (!connection) throw new Error('not connected');
    const subscribed = this.#subscribed;
    const subjects = [keys.subject(channel)];
    if (this.#followed.has(channel) === subscribed.has(channel)) return;
    if (subscribed.delete(channel)) {
      await connection.unsubscribe(subjects, this.#take);
    } else {
      await connection.subscribe(subjects, this.#take);
      subscribed.add(channel);
    }
  }

  readonly #take = (message: string, subject: string): void => {
    const channel = this.#owner.keys.channelOf(subject);
    const following = this.#followed.get(channel);
    const arrived = following && parseMessage(message);
    if (!arrived) return;
    if (following.held) following.held.push(arrived);
    else this.#report(channel, following, arrived);
  };

  /** Reports what has arrived behind the top. A second `follow` of a channel changes nothing. */
  #release(channel: string, following: Following, top: Position): void {
    const { held } = following;
    if (!held || this.#followed.get(channel) !== following) return;
    following.held = undefined;
    following.top = top;
    for (const arrived of held) this.#report(channel, following, arrived);
  }

  /** Nothing up to the top is reported. Once one is behind it, or is the top, all others are: a fork may give offsets a second time. */
  #report(channel: string, following: Following, { epoch, publication }: Arrived): void {
    const { top } = following;
    const isBefore = top !== undefined && epoch === top.epoch && publication.offset <= top.offset;
    if (!isBefore || publication.offset === top.offset) following.top = undefined;
    if (!isBefore || (publication.offset === top.offset && publication.tag !== top.tag))
      this.#owner.arrived(channel, epoch, publication);
  }

  #inTurn<Answer>(channel: string, act: () => Promise<Answer>): Promise<Answer> {
    const before = this.#turns.get(channel) ?? Promise.resolve();
    const turn = before.then(act);
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.#turns.set(channel, settled);
    void settled.then(() => {
      if (this.#turns.get(channel) === settled) this.#turns.delete(channel);
    });
    return turn;
  }
}
