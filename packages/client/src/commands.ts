/** Commands: everything that the client's machine can order. `live-session.ts` runs them. */
import type { Message } from '@sallyport/protocol';
import type { durations, Timer } from './durations.ts';
import type { EndReason } from './facts.ts';

/** A command of the client's machine. */
export type Command =
  /** Ask the program for credentials. */
  | { readonly type: 'ask'; readonly question: number }
  /** Make a connection. */
  | { readonly type: 'open' }
  /** Send the credentials that were given last. */
  | { readonly type: 'authenticate' }
  /** Send them as a renewal of the sign-in. */
  | { readonly type: 'refresh' }
  /** Hand a message to the program. */
  | { readonly type: 'deliver'; readonly message: Message }
  /** Start the close handshake. */
  | { readonly type: 'close' }
  /** Close the connection and ignore all that it still reports. */
  | { readonly type: 'drop' }
  /** Set the reason why the session is not signed in. */
  | { readonly type: 'end'; readonly reason: EndReason }
  /** Start a timer of fixed duration. */
  | { readonly type: 'arm'; readonly timer: keyof typeof durations }
  /** Start the timer of the renewal of a sign-in that lasts `expiresInMs` milliseconds. */
  | { readonly type: 'arm'; readonly timer: 'renewal'; readonly expiresInMs: number }
  /** Start the wait before the next attempt to renew the sign-in. `failures`: renewals of it that failed in a row, from 1 on. */
  | { readonly type: 'arm'; readonly timer: 'renewal'; readonly failures: number }
  /** Start the wait that the server asked for: `retryInMs` milliseconds at least. */
  | { readonly type: 'arm'; readonly timer: 'renewal' | 'repeat'; readonly retryInMs: number }
  /** Start the wait before the next attempt. `failures`: failed attempts in a row before this one. */
  | { readonly type: 'arm'; readonly timer: 'retry'; readonly reason: EndReason; readonly failures: number }
  /** Restart a timer if it runs. */
  | { readonly type: 'rearm'; readonly timer: keyof typeof durations }
  /** Stop a timer. */
  | { readonly type: 'disarm'; readonly timer: Timer };
