/**
 * Commands: everything that can come out of the session machine. Imperative, because it is for `session.ts` to do.
 *
 * The machine says what and `session.ts` knows how: durations come from the limits, words from the protocol, and codes
 * from the table of reasons.
 */
import type { Answer, Credentials, Data, Identity, Reason } from '@sallyport/protocol';
import type { Timer } from './facts.ts';

export type Command =
  /** Ask the authenticator. */
  | { readonly type: 'verify'; readonly attempt: number; readonly credentials: Credentials }
  /** Nobody waits for the authenticator's answer any more. */
  | { readonly type: 'abandon' }
  /** From now on the session is this identity's. */
  | { readonly type: 'setIdentity'; readonly identity: Identity }
  | { readonly type: 'answer'; readonly answer: Answer }
  /** Hand a message to the application. */
  | { readonly type: 'deliver'; readonly message: Data }
  /** Say `replies.settled` as soon as no reply is owed. */
  | { readonly type: 'settle' }
  /** Close with a close frame. */
  | { readonly type: 'close'; readonly reason: Reason; readonly text?: string }
  /** Cut, without one. */
  | { readonly type: 'terminate'; readonly reason: Reason }
  /** Start a timer, anew if it runs. For how long, the limits know; of the expiry, the identity. */
  | { readonly type: 'arm'; readonly timer: Exclude<Timer, 'expiry'> }
  | { readonly type: 'arm'; readonly timer: 'expiry'; readonly ms: number }
  | { readonly type: 'disarm'; readonly timer: Timer };
