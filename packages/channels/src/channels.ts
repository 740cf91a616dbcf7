/** The channels of one node, as code of the server has them. `create-channels.ts` makes them. */
import type { ChannelService, Session, SessionControl } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import type { PublishToOutcome, UserMessage } from './control/user-messages.ts';
import type { ChannelLimits } from './limits.ts';
import type { StateName } from './machine/machine.ts';
import type { ChannelCounters } from './ports/observer.ts';
import type { Present } from './presence/presence.ts';

/**
 * What became of a publication. `unavailable`: it was certainly not made. `unknown`: it may have been made; with the same `key` it can be
 * published again without doing so twice.
 */
export type PublishOutcome =
  | { readonly type: 'published'; readonly position: Position }
  | { readonly type: 'unavailable' }
  | { readonly type: 'unknown' };

/** A subscriber of a channel at this node. */
export interface ChannelSubscriber<Context = unknown> {
  /** The session. */
  readonly session: Session<Context>;
  /** What the authorizer's `allow` has kept of the subscription. */
  readonly info: unknown;
}

/** A channel that a node follows. */
export interface FollowedChannel {
  /** The name of the channel. */
  readonly channel: string;
  /** The state of its machine. */
  readonly state: StateName;
  /** The number of subscribers at this node. */
  readonly subscribers: number;
}

/** Options of `publish`. */
export interface PublishOptions {
  /** Makes a publication that is sent twice take effect once: 1 to 64 printable characters of ASCII without the space. */
  readonly key?: string | undefined;
}

/** The channels of one node. */
export interface Channels<Context = unknown> extends ChannelService {
  /** Carries revocations and sign-ins to the other nodes of the broker. `createSessions` finds it here. */
  readonly control: SessionControl;
  /** The limits, with their defaults filled in. */
  readonly limits: ChannelLimits;
  /** Counters for metrics. */
  readonly counters: Readonly<ChannelCounters>;
  /** The number of channels that this node follows. */
  readonly followed: number;
  /**
   * Revocations of this node that the broker does not have yet (`hereOnly`): the sessions of these users go on at other nodes. The node tries them
   * again. At most 10 000; past that the oldest is given up.
   */
  readonly pendingRevocations: number;
  /** Yields the channels that this node follows, in the order in which it began to. */
  [Symbol.iterator](): IterableIterator<FollowedChannel>;
  /**
   * Publishes data, which is any JSON value, in the name of the server: no authorizer is asked, and the publication has no user. Throws a
   * `UsageError` for a wrong channel, data or key.
   */
  publish(channel: string, data: unknown, options?: PublishOptions): Promise<PublishOutcome>;
  /**
   * Sends a message to all sessions of a user, on every node: a text, or `{ data }` with any JSON value. Clients get it as a message of the server
   * that answers none, as from `session.send`. A client that is not connected when its node gets the message does not get it later: what must not
   * be missed belongs in a channel. Throws a `UsageError` for a wrong user, message or key.
   */
  publishTo(user: string, message: UserMessage, options?: PublishOptions): Promise<PublishToOutcome>;
  /** The subscribers of a channel at this node. A list of its own, which later changes do not change. */
  subscribers(channel: string): readonly ChannelSubscriber<Context>[];
  /** The users with sessions at this node that have subscribed to a channel. Throws a `UsageError` for a wrong channel. */
  presence(channel: string): Present;
  /**
   * Subscribes a session to a channel without asking the authorizer. The client gets all publications from then on. Resolves with
   * `subscribed`; with `unavailable` if the broker is unavailable, and with `refused` if the session has subscribed already, has too many
   * channels, speaks a protocol without channels, or is not signed in any more. Throws a `UsageError` for a wrong channel.
   */
  subscribe(session: Session<Context>, channel: string): Promise<'subscribed' | 'unavailable' | 'refused'>;
  /**
   * Ends the subscription of a session, with the reason `unsubscribedByServer`. One that is still under way comes to nothing: its client is
   * answered `forbidden`. Returns whether there was one.
   */
  unsubscribe(session: Session<Context>, channel: string): boolean;
  /**
   * Asks the authorizer again for every subscription, also for those that code of the server made, and for every client that gets changes of
   * presence. Call it when permissions or namespaces have changed. A subscription that is denied, or in no namespace any more, ends with the
   * reason `permissionRevoked`; where the authorizer fails or is too slow, with `permissionEnded`. A subscription that is under way is asked for
   * as soon as it has its place. The authorizer is called for all of them in one go: answer at once where you can.
   */
  reauthorize(): void;
  /** Ends all subscriptions and the broker. For the end of the process, after the sessions have ended. */
  close(): Promise<void>;
}
