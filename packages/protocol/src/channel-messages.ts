/**
 * The messages about channels: what a client asks of a channel, what the server answers, and what it sends unasked (PROTOCOL.md).
 *
 * Only types. Proven by: test/json-channel.test.ts.
 */
import type { UnsubscribeReason } from './channel-errors.ts';

/** Where a subscriber stands in a channel: the last publication that it has, or the beginning. */
export interface Position {
  /** Names the life of the log, in 1 to 64 characters. A log that was lost and begins anew has another epoch. */
  readonly epoch: string;
  /** The number of the publication, counted from 1 without holes. 0 before the first. */
  readonly offset: number;
  /** The tag of the publication: 8 hexadecimal digits. Empty before the first. */
  readonly tag: string;
}

/** A publication, as a subscriber gets it. */
export interface Publication {
  /** Its number in the channel, counted from 1 without holes. */
  readonly offset: number;
  /** Tells this publication from another with the same number in a history that was forked: 8 hexadecimal digits. */
  readonly tag: string;
  /** The user who published it. Absent where the server published it itself. */
  readonly user?: string;
  /** The data as JSON text. It is encoded once, and goes to every subscriber as it is. */
  readonly json: string;
}

/** A publication, as a client reads it. */
export interface ReceivedPublication extends Omit<Publication, 'json'> {
  /** Any JSON value. `unknown`, because what comes from the other end has to be checked. */
  readonly data: unknown;
}

/** What a client asks of a channel. Each carries an `id`, and is answered once. */
export type ChannelOperation =
  | {
      readonly type: 'subscribe';
      readonly channel: string;
      /** Where the client stands: the server sends what the client missed since then. */
      readonly since?: Position;
      /** How many of the last publications the client wants first. 0 or more. Ignored with `since`. */
      readonly history?: number;
    }
  | { readonly type: 'unsubscribe'; readonly channel: string }
  | {
      readonly type: 'publish';
      readonly channel: string;
      /** Any JSON value. */
      readonly data: unknown;
      /** Marks a publication that the client may send again: 1 to 64 printable characters of ASCII. */
      readonly key?: string;
    }
  | { readonly type: 'presence'; readonly channel: string };

/** A user who is present in a channel. */
export interface PresentUser {
  /** The name of the user. Never empty. */
  readonly user: string;
  /** The number of the user's sessions in the channel. At least 1. */
  readonly connections: number;
}

/** The answer to an operation that succeeded. `Carried` is a publication, as the server writes it or as a client reads it. */
export type ChannelResult<Carried = Publication> =
  | {
      readonly type: 'subscribed';
      readonly channel: string;
      /** The position of the last of `publications`, or where the subscription begins. */
      readonly position: Position;
      /** Whether `publications` are all that the client missed since its `since`. */
      readonly recovered: boolean;
      readonly publications: readonly Carried[];
    }
  | { readonly type: 'unsubscribed'; readonly channel: string }
  | { readonly type: 'published'; readonly channel: string; readonly position: Position }
  | {
      readonly type: 'presence';
      readonly channel: string;
      /** The number of present users. */
      readonly count: number;
      /** Absent where there are too many to list. */
      readonly users?: readonly PresentUser[];
    };

/** What the server sends about a channel unasked. `Carried` is a publication, as the server writes it or as a client reads it. */
export type ChannelEvent<Carried = Publication> =
  | { readonly type: 'publication'; readonly channel: string; readonly publication: Carried }
  /** The server has subscribed the client by itself. The subscription begins behind `position`. */
  | { readonly type: 'subscribed'; readonly channel: string; readonly position: Position }
  /** Some publications are lost for this subscriber. The subscription goes on behind `position`. */
  | { readonly type: 'lost'; readonly channel: string; readonly position: Position }
  /** The subscription ended. `reason` is a code of `unsubscribeReasons`. */
  | { readonly type: 'unsubscribed'; readonly channel: string; readonly reason: UnsubscribeReason }
  /** Users came or left since the last such message. Only for sessions that asked for the presence. */
  | {
      readonly type: 'presenceChanged';
      readonly channel: string;
      readonly count: number;
      readonly joined: readonly PresentUser[];
      readonly left: readonly string[];
    };
