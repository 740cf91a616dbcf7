/** Commands: everything that can come out of the client's machine. Imperative, because it is for `live-session.ts` to do. */
import type { Data } from '@sallyport/protocol';
import type { EndReason } from './facts.ts';
import type { durations, Timer } from './timers.ts';

export type Command =
  /** Ask for credentials. */
  | { readonly type: 'ask'; readonly question: number }
  /** Make a connection. */
  | { readonly type: 'open' }
  /** Say the credentials that were given last. */
  | { readonly type: 'authenticate' }
  | { readonly type: 'refresh' }
  | { readonly type: 'deliver'; readonly message: Data }
  /** Start the close handshake. */
  | { readonly type: 'close' }
  /** Have no more to do with the connection, whatever becomes of it. */
  | { readonly type: 'drop' }
  /** Tell the program why it is not signed in any more. */
  | { readonly type: 'end'; readonly reason: EndReason }
  | { readonly type: 'arm'; readonly timer: keyof typeof durations }
  | { readonly type: 'arm'; readonly timer: 'renewal'; readonly expiresInMs: number }
  /** The server looks at nothing before `retryInMs` have passed. */
  | { readonly type: 'arm'; readonly timer: 'renewal' | 'repeat'; readonly retryInMs: number }
  /** `failures`: how many times in a row before this one. */
  | { readonly type: 'arm'; readonly timer: 'retry'; readonly reason: EndReason; readonly failures: number }
  | { readonly type: 'disarm'; readonly timer: Timer };
