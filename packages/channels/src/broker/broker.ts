/**
 * The broker: a port. It keeps the log of each channel, orders publications, and tells every node of them.
 *
 * A broker orders and stores, and decides nothing else: who may publish, who gets what, and what follows from a gap is decided by the
 * channels of a node. `describeBroker` of `@sallyport/conformance` says whether a broker is right. Its methods never throw and never
 * reject: what went wrong is in the outcome. Each settles within `BrokerOptions.deadlineMs`.
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

/** What the log of a channel keeps. The namespace of the channel says it. */
export interface Retention {
  /** The publications that are kept. 0 keeps none; offsets are counted all the same. */
  readonly size: number;
  /** How long a publication is kept, in milliseconds. */
  readonly ms: number;
}

/** What goes with a publication. */
export interface AppendOptions {
  readonly retention: Retention;
  /** The user who publishes. Absent for the server itself. */
  readonly user?: string | undefined;
  /**
   * Makes an append that is sent twice take effect once: the same user, channel and key within `keyMs` give the position of the first.
   * 1 to 64 printable characters of ASCII.
   */
  readonly key?: string | undefined;
  /** Sets a field of the channel's keyed state in the same moment, or removes it (`null`). Presence needs it. */
  readonly state?: { readonly field: string; readonly value: string | null };
}

/**
 * What became of an append. `unavailable`: it was certainly not appended. `unknown`: it may have been; the caller may send it again
 * with the same key.
 */
export type AppendOutcome =
  | { readonly type: 'appended'; readonly position: Position }
  | { readonly type: 'unavailable' }
  | { readonly type: 'unknown' };

/** The publications after a position, oldest first, and the top of the log. */
export type ReadOutcome =
  | { readonly type: 'read'; readonly publications: readonly StoredPublication[]; readonly top: Position }
  /** The log does not have all publications after the position, or the position is of another history. */
  | { readonly type: 'lost'; readonly top: Position }
  | { readonly type: 'unavailable' };

/** The top of a log. */
export type TopOutcome = { readonly type: 'top'; readonly top: Position } | { readonly type: 'unavailable' };

/** The keyed state of a channel, and the top of its log in the same moment. */
export type SnapshotOutcome =
  | { readonly type: 'snapshot'; readonly state: ReadonlyMap<string, string>; readonly top: Position }
  | { readonly type: 'unavailable' };

/** Whether this node held the lease without a break. `lost`: it had run out, and its state is gone. It is held anew from now on. */
export type LeaseOutcome = { readonly type: 'held' | 'lost' | 'unavailable' };

/** What a broker reports unasked. The node implements it. Its methods never throw. */
export interface BrokerReceiver {
  /** A publication of a followed channel. In the order of the log, but some may be missing, doubled or late. */
  publicationArrived(channel: string, epoch: string, publication: StoredPublication): void;
  /** From now on publications may be missing. Every method answers `unavailable` or `unknown` until `resumed`. */
  interrupted(): void;
  /** The broker is back. Every followed channel is followed again, and may have a gap. */
  resumed(): void;
}

/** A broker. One object serves one node. */
export interface Broker {
  /** For logs and metrics: `memory`, `redis`. */
  readonly name: string;
  /** Connects. Call it once, first. The broker reports to `receiver` from then on. */
  start(receiver: BrokerReceiver): void;
  /** Appends a publication, and delivers it to every node that follows the channel, this one too. */
  append(channel: string, json: string, options: AppendOptions): Promise<AppendOutcome>;
  /**
   * Reads at most `limit` publications after `since`; without `since`, the last `limit`. A log with more than `limit` after `since`
   * gives the oldest of them.
   */
  read(channel: string, since: Position | undefined, limit: number): Promise<ReadOutcome>;
  /** Reports publications of this channel from now on. Those up to `top` are not reported. Creates the epoch where there is none. */
  follow(channel: string): Promise<TopOutcome>;
  /** Reports no publications of this channel any more. */
  unfollow(channel: string): Promise<void>;
  /** The tops of several channels in one round trip, in the same order. Detects a tail that was lost silently. */
  tops(channels: readonly string[]): Promise<readonly TopOutcome[]>;
  /** The keyed state of a channel. */
  snapshot(channel: string): Promise<SnapshotOutcome>;
  /**
   * Renews the lease of a node for `ttlMs`. State fields that begin with the node's name and `/` live as long as the lease; a lease
   * that has run out removes them.
   */
  lease(node: string, ttlMs: number): Promise<LeaseOutcome>;
  /** Ends everything. Calls of the receiver stop at once. */
  close(): Promise<void>;
}
