/**
 * Facts: everything that can go into the session machine. Past tense, because it has happened; dotted, subject first.
 *
 * `connection.opened` is the start of the machine and so not an event of it. What a verdict or a failure is about is
 * said by the attempt number: the machine takes no verdict of an attempt other than the one it waits for.
 */
import type { Decoded, GivenDeviceToken, Identity } from '@sallyport/protocol';

/** The timers of a session, each with the fact that it ends in. */
export const timedOut = {
  /** From the opening to the acceptance; bytes and pings do not extend it. */
  authentication: { type: 'authentication.timedOut' },
  /** One question to the authenticator. */
  verification: { type: 'verification.timedOut' },
  /** The life of the identity. */
  expiry: { type: 'expiry.timedOut' },
  /** What is left for replies that are owed when the server drains. */
  draining: { type: 'draining.timedOut' },
  /** The client's half of the close handshake (RFC 6455, 7.1.1). */
  closing: { type: 'closing.timedOut' },
} as const;

export type Timer = keyof typeof timedOut;

export type Fact =
  // What the client said, as its protocol read it.
  | Decoded
  /** More bytes than the phase allows; counted before decoding. */
  | { readonly type: 'message.tooBig' }
  /** More waits than may wait: before acceptance in the inbox, afterwards for the application. */
  | { readonly type: 'inbox.overflowed' }
  | { readonly type: 'rate.exceeded' }
  // What the connection met.
  | { readonly type: 'connection.closed' }
  /** Too much is unsent, nothing of it left for too long, or a message was dropped. */
  | { readonly type: 'connection.stalled' }
  /** No sign of life for too long. */
  | { readonly type: 'connection.silent' }
  // What the authenticator said.
  | {
      readonly type: 'credentials.accepted';
      readonly attempt: number;
      readonly identity: Identity;
      readonly deviceToken?: GivenDeviceToken;
    }
  | { readonly type: 'credentials.refused'; readonly attempt: number }
  /** It did not look at them; the client may say the same again after `retryInMs` milliseconds at least. */
  | { readonly type: 'credentials.postponed'; readonly attempt: number; readonly retryInMs: number }
  /** It threw, rejected, or said something that is no verdict. */
  | { readonly type: 'authenticator.failed'; readonly attempt: number }
  | { readonly type: 'authenticator.overloaded'; readonly attempt: number }
  // What the application did.
  /** It threw, rejected, or took too long to answer. */
  | { readonly type: 'application.failed' }
  /** It closed the session, with a text for the close frame if it likes. */
  | { readonly type: 'application.closed'; readonly text?: string }
  /** Every message that was delivered has its reply. */
  | { readonly type: 'replies.settled' }
  // What the operator, or another session, did.
  | { readonly type: 'drain.began' }
  | { readonly type: 'session.revoked' }
  | { readonly type: 'session.replaced' }
  /** Signed in, but no message for too long; only where a limit says so. */
  | { readonly type: 'session.idled' }
  // What the clock did: one fact per timer.
  | { readonly type: `${Timer}.timedOut` };

export type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;

/** The facts that say no more than that they happened, made once. */
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
