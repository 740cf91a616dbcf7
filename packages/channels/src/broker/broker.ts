/**
 * The broker: a port. It keeps the log of each channel, orders publications, and tells every node of them.
 *
 * A broker orders and stores, and decides nothing else: who may publish, who gets what, and what follows from a gap is decided by the
 * channels of a node. docs/writing-a-broker.md explains the duties, and `describeBroker` of `@sallyport/conformance` tests them.
 *
 * Three rules hold for all methods. They never throw and never reject: what went wrong is in the outcome. Each settles within the
 * broker's deadline (an option of every broker that has a network), also if the other end never answers. And none calls the receiver
 * before it has returned.
 */
import type { Position } from '@sallyport/protocol';

/** A publication, as a broker keeps it. */
export interface StoredPublication {
  /** Its number in the channel, counted from 1 without holes. */
  readonly offset: number;
  /** 8 hexadecimal digits, random. */
  readonly tag: string;
  /** The tag of the publication before it. Empty for the first. */
  readonly prev: string;
  /** The user who published it. Absent where the server published it itself. */
  readonly user?: string;
  /** The data as JSON text. */
  readonly json: string;
}

/** What the log of a channel keeps. The namespace of the channel says it. The last append of a channel decides for all its publications. */
export interface Retention {
  /** The publications that are kept: a whole number. 0 keeps none; offsets are counted all the same. */
  readonly size: number;
  /** How long a publication is kept, in milliseconds: a whole number, or `Infinity`. 0 keeps none. */
  readonly ms: number;
}

/** What goes with a publication. */
export interface AppendOptions {
  /** What the log keeps from now on. */
  readonly retention: Retention;
  /** The user who publishes. Absent for the server itself. */
  readonly user?: string | undefined;
  /**
   * Makes an append that is sent twice take effect once: the same channel, user and key within `keyMs` (an option of the broker) give
   * the position of the first. 1 to 64 printable characters of ASCII.
   */
  readonly key?: string | undefined;
  /**
   * Sets a field of the channel's keyed state in the same moment, or removes it (`null`). Presence needs it. A field that begins with
   * the name of a node and `/` is kept only while that node holds its lease.
   */
  readonly state?: { readonly field: string; readonly value: string | null };
}

/** The broker was not asked, or has not answered. Nothing was changed. */
export interface BrokerUnavailable {
  /** Tells this outcome from the others. */
  readonly type: 'unavailable';
  /** What the broker or its library said, for the log of the operator. It never goes to a client. */
  readonly reason?: string;
}

/**
 * What became of an append. `unavailable`: it was certainly not appended. `unknown`: it may have been; the caller may send it again
 * with the same key.
 */
export type AppendOutcome =
  | { readonly type: 'appended'; readonly position: Position }
  | BrokerUnavailable
  | {
      readonly type: 'unknown';
      /** What the broker or its library said, for the log of the operator. It never goes to a client. */
      readonly reason?: string;
    };

/** The publications after a position, oldest first, and the top of the log. */
export type ReadOutcome =
  | { readonly type: 'read'; readonly publications: readonly StoredPublication[]; readonly top: Position }
  /** The log does not have all publications after the position, or the position is of another history. */
  | { readonly type: 'lost'; readonly top: Position }
  | BrokerUnavailable;

/** The top of a log. */
export type TopOutcome = { readonly type: 'top'; readonly top: Position } | BrokerUnavailable;

/** The keyed state of a channel, and the top of its log in the same moment. */
export type SnapshotOutcome =
  | { readonly type: 'snapshot'; readonly state: ReadonlyMap<string, string>; readonly top: Position }
  | BrokerUnavailable;

/**
 * Whether this node held the lease without a break. `lost`: it had run out, or there was none, and the node's fields are gone for good.
 * The node holds it anew from now on.
 */
export type LeaseOutcome = { readonly type: 'held' } | { readonly type: 'lost' } | BrokerUnavailable;

/** What a broker reports unasked. The node implements it. Its methods never throw. */
export interface BrokerReceiver {
  /** A publication of a followed channel. In the order of the log, but some may be missing, doubled or late. */
  publicationArrived(channel: string, epoch: string, publication: StoredPublication): void;
  /**
   * From now on publications may be missing, and none arrives until `resumed`. Every method answers `unavailable` or `unknown` until
   * then. `reason` is for the log of the operator.
   */
  interrupted(reason?: string): void;
  /**
   * The broker is connected: for the first time after `start`, or again. Every followed channel is followed again, and may have a
   * gap.
   */
  resumed(): void;
}

/**
 * A broker. One object serves one node. Every method that answers a `top` creates the epoch of a channel where there is none; if several
 * nodes do at once, all get the same.
 */
export interface Broker {
  /** For logs and metrics: `memory`, `redis`. */
  readonly name: string;
  /**
   * Connects. Call it once, first. The broker reports to `receiver` from then on: `resumed` once it is connected. Until then a method
   * may answer `unavailable`.
   */
  start(receiver: BrokerReceiver): void;
  /**
   * Appends a publication, and delivers it to every node that follows the channel, this one too. Appends of one node to one channel
   * take their places in the order of the calls.
   */
  append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome>;
  /**
   * Reads at most `limit` publications after `since`; without `since`, the last `limit`. If there are more after `since`, it gives the
   * oldest of them. A `limit` of 0 gives only the top, or `lost`. The top is that of the same moment.
   */
  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome>;
  /**
   * Reports publications of this channel from now on. Those up to `top` are not reported, all behind it are. For a channel that is
   * followed already it answers the top. Where it answers `unavailable`, the channel is not followed.
   */
  follow(channel: string): Promise<TopOutcome>;
  /** Reports no publications of this channel any more, from the call on. Holds over an interruption. */
  unfollow(channel: string): Promise<void>;
  /** The tops of several channels in one round trip, in the same order. Detects a tail that was lost silently. */
  tops(channels: readonly string[]): Promise<readonly TopOutcome[]>;
  /** The keyed state of a channel. */
  snapshot(channel: string): Promise<SnapshotOutcome>;
  /**
   * Renews the lease of a node for `ttlMs` milliseconds. A lease that has run out removes the fields that begin with the node's name
   * and `/`, in every channel. `node` has no `/`, and names one start of one process: a node that starts again takes another name.
   */
  lease(node: string, ttlMs: number): Promise<LeaseOutcome>;
  /**
   * Ends everything. Calls of the receiver stop at once. What is pending settles, and later calls answer `unavailable`. A second call
   * does nothing.
   */
  close(): Promise<void>;
}
