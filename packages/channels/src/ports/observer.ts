/** What the channels of a node report: to an observer, as counters, and as faults. */
import type { RevocationOutcome, Session } from '@sallyport/core';
import type { Position, UnsubscribeReason } from '@sallyport/protocol';
import type { StateName } from '../machine/machine.ts';

/** Functions that observe the channels of a node. Each is optional. What one throws is a fault, and changes nothing. */
export interface ChannelObserver {
  /** A session has subscribed. `recovered`: it has all that it missed. */
  subscribed?(session: Session, channel: string, recovered: boolean): void;
  /** A subscription has ended: by the client or with the session (`undefined`), or by the server for this reason. */
  unsubscribed?(session: Session, channel: string, reason: UnsubscribeReason | undefined): void;
  /** The broker has appended a publication of this node. `session` is undefined if the server published it. */
  published?(session: Session | undefined, channel: string, position: Position): void;
  /** Publications are lost for the subscribers of this node. They stand at `position` now. */
  lost?(channel: string, position: Position): void;
  /**
   * The sessions of a user were revoked: `everywhere`, or `hereOnly` while the broker does not have it. Called again with `everywhere` once it
   * has. Only on a node with a broker of its own choice.
   */
  revoked?(user: string, outcome: RevocationOutcome): void;
  /**
   * A revocation that was `hereOnly` never reaches the other nodes: this node closes, or more than 10 000 of them wait. Revoke the user again,
   * at another node.
   */
  revocationGivenUp?(user: string): void;
  /**
   * The node may have missed entries of a log of the control. `revocations`: its sessions are asked about, or end. `signIns`: its sessions
   * announce themselves again. `messages`: messages to users are lost.
   */
  controlLost?(log: 'revocations' | 'signIns' | 'messages'): void;
  /** A followed channel went from one state to another. */
  transition?(channel: string, from: StateName | undefined, to: StateName): void;
}

/**
 * The code that failed. `validator`: the option `validatePublication`. `namespaces`: the function of the option `namespaces`. `channels`: the
 * service itself, which is a bug.
 */
export type ChannelFaultSource =
  | 'authorizer'
  | 'broker'
  | 'observer'
  | 'protocol'
  | 'validator'
  | 'namespaces'
  | 'channels';

/** An error that the channels caught. */
export interface ChannelFault {
  /** The code that failed. */
  readonly source: ChannelFaultSource;
  /** The value that was thrown or rejected. */
  readonly error: unknown;
  /** The channel concerned, if there is one. */
  readonly channel: string | undefined;
}

/** Counters since `createChannels`. None ever decreases. */
export interface ChannelCounters {
  /** Subscriptions that began. */
  subscribed: number;
  /** Subscriptions that ended. */
  unsubscribed: number;
  /** Subscriptions that began with all that the client missed. */
  recovered: number;
  /** Subscriptions with a position that was answered without all that the client missed. */
  notRecovered: number;
  /** Publications of this node that the broker has appended. */
  published: number;
  /** Publications of this node that were certainly not appended. */
  publishUnavailable: number;
  /** Publications of this node that may have been appended. */
  publishUnknown: number;
  /** Publications that went to the subscribers of this node, counted once for each channel. */
  delivered: number;
  /** Publications that were sent to subscribers, counted for each subscriber. */
  sent: number;
  /** Times that a channel read its log to repair a gap. */
  repairs: number;
  /** Times that a channel read its log for subscribers that wanted what they missed. */
  inquiries: number;
  /** Times that the subscribers of a channel were told `lost`. */
  lost: number;
  /** Times that this node may have missed revocations: it then asks about its sessions, or ends them. */
  revocationsLost: number;
  /** Times that this node may have missed sign-ins on other nodes: its sessions then announce themselves again. */
  signInsLost: number;
  /** Times that this node has missed messages to users (`publishTo`). */
  messagesLost: number;
  /** Errors of the authorizer, the broker, the validator of publications or an observer. */
  faults: number;
}

/** Counters at zero. */
export const noCounts = (): ChannelCounters => ({
  subscribed: 0,
  unsubscribed: 0,
  recovered: 0,
  notRecovered: 0,
  published: 0,
  publishUnavailable: 0,
  publishUnknown: 0,
  delivered: 0,
  sent: 0,
  repairs: 0,
  inquiries: 0,
  lost: 0,
  revocationsLost: 0,
  signInsLost: 0,
  messagesLost: 0,
  faults: 0,
});
