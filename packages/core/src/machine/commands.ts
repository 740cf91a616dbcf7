/**
 * Commands: the output of the session machine. Their names are imperative, because `session/session.ts` runs them.
 *
 * The machine says what to do. The session knows how: durations come from the limits, wire texts from the protocol, and close
 * codes from the table of reasons.
 */
import type { Answer, ChannelOperation, Credentials, Identity, Message, Reason } from '@sallyport/protocol';
import type { Timer } from './facts.ts';

/** One command of the machine to its session. */
export type Command =
  /** Call the authenticator. */
  | { readonly type: 'verify'; readonly attempt: number; readonly credentials: Credentials }
  /** Stop waiting for the authenticator's verdict. */
  | { readonly type: 'abandon' }
  /** The session belongs to this identity from now on. */
  | { readonly type: 'setIdentity'; readonly identity: Identity }
  /** Send an answer to the client. */
  | { readonly type: 'answer'; readonly answer: Answer }
  /** Hand a message to the application. */
  | { readonly type: 'deliver'; readonly message: Message }
  /** Hand a request to its handler, and answer the client when the handler has a result. */
  | { readonly type: 'serve'; readonly id: number; readonly method: string; readonly params: unknown }
  /** Hand an operation on a channel to the service of channels, which answers the client. */
  | { readonly type: 'serve'; readonly id: number; readonly operation: ChannelOperation }
  /** Give up this request or operation, if it is under way, and answer the client. */
  | { readonly type: 'cancel'; readonly id: number }
  /** Give up all requests under way, without answers, and end all subscriptions: the client is not signed in any more. */
  | { readonly type: 'abandonRequests' }
  /** Report `replies.settled` as soon as no reply and no request is pending. */
  | { readonly type: 'settle' }
  /** Start the close handshake with a close frame. */
  | { readonly type: 'close'; readonly reason: Reason; readonly text?: string }
  /** Cut the connection without a close frame. */
  | { readonly type: 'terminate'; readonly reason: Reason }
  /** Start a timer, or restart it. The limits give its duration; the identity gives that of the expiry. */
  | { readonly type: 'arm'; readonly timer: Exclude<Timer, 'expiry'> }
  | { readonly type: 'arm'; readonly timer: 'expiry'; readonly ms: number }
  /** Stop a timer. */
  | { readonly type: 'disarm'; readonly timer: Timer };
