/** The environment of a session's subscriptions: what all sessions of a node share. */
import type { Session } from '@sallyport/core';
import type { AppendOutcome } from '../broker/broker.ts';
import type { Channel } from '../channel/channel.ts';
import type { Namespace } from '../namespaces.ts';
import type { AuthorizationEnvironment } from './authorization.ts';
import type { Subscription } from './subscription.ts';

/** A publication on its way to the broker. */
export interface Publishable {
  readonly channel: string;
  readonly namespace: Namespace;
  readonly json: string;
  readonly key?: string | undefined;
  /** The session that publishes. Absent for the server itself. */
  readonly session?: Session;
}

export interface SessionEnvironment extends AuthorizationEnvironment {
  /** Counts how often all permissions were asked for again: a verdict of an earlier count may be outdated. */
  readonly reauthorizations: number;
  /** The channel, followed from now on. Undefined if the node follows too many, or has closed. */
  channelNamed(name: string): Channel | undefined;
  /** A subscription has its place. `recovered` is undefined where the client had no position. */
  subscribed(subscription: Subscription, recovered: boolean | undefined): void;
  /** Asks the authorizer again whether the session may keep this subscription. */
  renew(subscription: Subscription): void;
  /** Appends a publication. Never rejects. */
  append(publication: Publishable): Promise<AppendOutcome>;
}
