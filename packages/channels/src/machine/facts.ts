/**
 * Facts: the input of the channel machine. Their names are in the past tense and dotted, with the subject first.
 *
 * The first subscriber starts the machine, so that is not a fact. Answers of the broker carry the number of their attempt: the
 * machine ignores an answer to any attempt other than the one that it waits for.
 */
import type { Position } from '@sallyport/protocol';
import type { StoredPublication } from '../broker/broker.ts';

/** The timers of a channel. */
export type Timer =
  /** Runs while a publication is expected, because the top of the log was ahead. */
  | 'tail'
  /** Runs until the broker is asked again, after it did not answer. */
  | 'retry'
  /** Runs while the channel has no subscriber. */
  | 'idle';

/** The fact of each timer. */
export const timedOut = {
  tail: { type: 'tail.timedOut' },
  retry: { type: 'retry.timedOut' },
  idle: { type: 'idle.timedOut' },
} as const satisfies Readonly<Record<Timer, { readonly type: string }>>;

/** One input of the channel machine. `Joiner` is what waits for a place in the channel; the machine does not look into it. */
export type Fact<Joiner = unknown> =
  // From the broker.
  | { readonly type: 'publication.arrived'; readonly epoch: string; readonly publication: StoredPublication }
  | { readonly type: 'follow.succeeded'; readonly attempt: number; readonly top: Position }
  /** The broker is unavailable. */
  | { readonly type: 'follow.failed'; readonly attempt: number }
  | {
      readonly type: 'read.succeeded';
      readonly attempt: number;
      readonly publications: readonly StoredPublication[];
      readonly top: Position;
    }
  /** The log does not have all publications after the position of the channel, or it is another log. */
  | { readonly type: 'read.lost'; readonly attempt: number; readonly top: Position }
  | { readonly type: 'read.failed'; readonly attempt: number }
  | { readonly type: 'unfollow.settled' }
  | { readonly type: 'broker.interrupted' }
  | { readonly type: 'broker.resumed' }
  /** The tops of all channels were compared. It may be older than what has arrived since. */
  | { readonly type: 'top.compared'; readonly top: Position }
  /** The broker has appended a publication of this node. It arrives by itself, before or after. */
  | { readonly type: 'append.confirmed'; readonly position: Position }
  // From the channel.
  /** A subscriber has a position that this node does not know, and the broker said that this is the top of the log. */
  | { readonly type: 'position.outrun'; readonly top: Position }
  /** An old publication came again with another tag, or with a tag that the node does not remember. */
  | { readonly type: 'tag.mismatched' }
  /** Too many publications wait for the end of a read. Some were dropped. */
  | { readonly type: 'queue.overflowed' }
  // From subscribers, and from the operator.
  | { readonly type: 'join.requested'; readonly joiner: Joiner }
  /** The last subscriber left. */
  | { readonly type: 'subscribers.left' }
  /** The node stops. */
  | { readonly type: 'node.closed' }
  // From the clock: one fact per timer.
  | { readonly type: `${Timer}.timedOut` };

/** The fact of this type. */
export type FactOf<Type extends Fact['type'], Joiner = unknown> = Extract<Fact<Joiner>, { type: Type }>;

/** The facts without data. Each object serves all channels. */
export const facts = {
  unfollowSettled: { type: 'unfollow.settled' },
  brokerInterrupted: { type: 'broker.interrupted' },
  brokerResumed: { type: 'broker.resumed' },
  tagMismatched: { type: 'tag.mismatched' },
  queueOverflowed: { type: 'queue.overflowed' },
  subscribersLeft: { type: 'subscribers.left' },
  nodeClosed: { type: 'node.closed' },
} as const satisfies Record<string, Fact>;
