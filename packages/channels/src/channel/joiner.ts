/** A joiner: a subscription that waits for its place in a channel. Its session gives it. */
import type { Subscriber } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import type { StoredPublication } from '../broker/broker.ts';

/** A subscription that has its place in a channel. */
export interface Member {
  /** The client, as core has it. */
  readonly subscriber: Subscriber;
}

/** The place of a new member. */
export interface Place {
  /** The position of the channel: the member gets all publications after it. */
  readonly position: Position;
  /** Whether `publications` are all that the client missed. */
  readonly recovered: boolean;
  /** What comes before, oldest first. */
  readonly publications: readonly StoredPublication[];
}

export interface Joiner {
  readonly member: Member;
  /** The position since which the client wants all publications. */
  readonly since: Position | undefined;
  /** How many of the last publications the client wants without `since`. */
  readonly history: number;
  /** How often the log was read for this joiner. */
  inquiries: number;
  /** Whether the place is still wanted and allowed. Asked right before the place is given; a client whose permission has ended is answered then. */
  readonly isWanted: boolean;
  /** Answers the client. Returns false if nobody wants the place any more. */
  admitted(place: Place): boolean;
  /** Answers the client that the broker is unavailable. */
  refused(): void;
}
