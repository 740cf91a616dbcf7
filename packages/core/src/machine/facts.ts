/**
 * Facts: the input of the session machine. Their names are in the past tense and dotted, with the subject first.
 *
 * The opening of the connection starts the machine, so it is not a fact. Verdicts carry the number of their attempt: the
 * machine ignores a verdict on any attempt other than the one that it waits for.
 */
import type { Decoded, GivenDeviceToken, Identity } from '@sallyport/protocol';

/** The timers of a session, each with the fact that it reports. */
export const timedOut = {
  /** Runs from the opening to the acceptance. Messages and pings do not extend it. */
  authentication: { type: 'authentication.timedOut' },
  /** Limits one call of the authenticator. */
  verification: { type: 'verification.timedOut' },
  /** Runs until the identity expires. */
  expiry: { type: 'expiry.timedOut' },
  /** Limits the wait for pending replies when the server drains. */
  draining: { type: 'draining.timedOut' },
  /** Limits the wait for the client's close frame (RFC 6455, 7.1.1). */
  closing: { type: 'closing.timedOut' },
} as const;

/** The name of a timer. */
export type Timer = keyof typeof timedOut;

/** One input of the session machine. */
export type Fact =
  // From the client, decoded by its protocol.
  | Decoded
  /** The message has more bytes than the phase allows. Checked before decoding. */
  | { readonly type: 'message.tooBig' }
  /** Too many messages wait: in the inbox before the acceptance, for the application after it. */
  | { readonly type: 'inbox.overflowed' }
  /** The client sends more messages a second than the limits allow. */
  | { readonly type: 'rate.exceeded' }
  // From the connection.
  | { readonly type: 'connection.closed' }
  /** Too many bytes are unsent, none of them left for too long, or a message was dropped. */
  | { readonly type: 'connection.stalled' }
  /** No message and no pong for too long. */
  | { readonly type: 'connection.silent' }
  // From the authenticator.
  | {
      readonly type: 'credentials.accepted';
      readonly attempt: number;
      readonly identity: Identity;
      readonly deviceToken?: GivenDeviceToken;
    }
  | { readonly type: 'credentials.refused'; readonly attempt: number }
  /**
   * The authenticator did not check them. The client may send the same again, no sooner than after `retryInMs` milliseconds.
   */
  | { readonly type: 'credentials.postponed'; readonly attempt: number; readonly retryInMs: number }
  /** The authenticator threw, rejected, or returned something other than a verdict. */
  | { readonly type: 'authenticator.failed'; readonly attempt: number }
  | { readonly type: 'authenticator.overloaded'; readonly attempt: number }
  // From the application.
  /** The application threw, rejected, or took too long to answer. */
  | { readonly type: 'application.failed' }
  /** The application closed the session, perhaps with a text for the close frame. */
  | { readonly type: 'application.closed'; readonly text?: string }
  /** Every delivered message has its reply, and every request its answer. */
  | { readonly type: 'replies.settled' }
  // From the operator, or another session.
  | { readonly type: 'drain.began' }
  | { readonly type: 'session.revoked' }
  | { readonly type: 'session.replaced' }
  /** A signed-in client sent no message for too long. Only where `idleMs` is limited. */
  | { readonly type: 'session.idled' }
  // From the clock: one fact per timer.
  | { readonly type: `${Timer}.timedOut` };

/** The fact of this type. */
export type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;

/** The facts without data. Each object serves all sessions. */
export const facts = {
  connectionClosed: { type: 'connection.closed' },
  connectionStalled: { type: 'connection.stalled' },
  connectionSilent: { type: 'connection.silent' },
  messageTooBig: { type: 'message.tooBig' },
  messageMalformed: { type: 'message.malformed' },
  inboxOverflowed: { type: 'inbox.overflowed' },
  rateExceeded: { type: 'rate.exceeded' },
  applicationFailed: { type: 'application.failed' },
  repliesSettled: { type: 'replies.settled' },
  drainBegan: { type: 'drain.began' },
  sessionReplaced: { type: 'session.replaced' },
  sessionRevoked: { type: 'session.revoked' },
  sessionIdled: { type: 'session.idled' },
} as const satisfies Record<string, Fact>;
