/**
 * Facts: everything that can go into the client's machine. Past tense, dotted, subject first, as in `@sallyport/core`.
 *
 * Credentials are no part of a fact: whoever prints one shows no secret. The number tells which question was answered.
 */
import type { Data, Reason } from '@sallyport/protocol';
import type { Timer } from './timers.ts';

/** Why a session is not, or no longer, signed in: a server's reason, or one of our own. */
export type EndReason =
  | Reason
  /** The server refused the credentials, and there are no others. */
  | 'credentialsRefused'
  /** Whoever was asked for credentials gave none. */
  | 'credentialsWithheld'
  /** Asking for them failed. */
  | 'credentialsFailed'
  /** This protocol has no words for them (a username with a colon, in text), or they are no credentials. The server was not asked. */
  | 'credentialsUnsayable'
  /** The server said nothing about them for 10 s, which no server of this protocol does. They will be sent again. */
  | 'credentialsUnanswered'
  /** The server does not look at sign-ins of this account for now. The same credentials will be sent again. */
  | 'credentialsPostponed'
  /** The program did not read what it was sent. */
  | 'unread'
  /** An error inside this client; it also shows as an error that was not caught. */
  | 'internalError';

export type Fact =
  // What became of a question for credentials.
  | { readonly type: 'credentials.given'; readonly question: number }
  /** The very ones that were refused before. */
  | { readonly type: 'credentials.repeated'; readonly question: number }
  | { readonly type: 'credentials.withheld'; readonly question: number }
  /** Nothing that this protocol could say. */
  | { readonly type: 'credentials.unsayable'; readonly question: number }
  | { readonly type: 'credentials.failed'; readonly question: number }
  // What the connection met.
  | { readonly type: 'connection.opened' }
  | { readonly type: 'connection.closed'; readonly reason: Reason }
  // What the server said.
  | { readonly type: 'answer.accepted'; readonly expiresInMs: number }
  | { readonly type: 'answer.refused' }
  /** The server did not look at the credentials. It may look at the same ones in `retryInMs` or later. */
  | { readonly type: 'answer.postponed'; readonly retryInMs: number }
  | { readonly type: 'answer.refreshed'; readonly expiresInMs: number }
  /** A refresh did not happen. */
  | { readonly type: 'answer.failed' }
  | { readonly type: 'message.received'; readonly message: Data }
  // What the program did.
  | { readonly type: 'session.closed' }
  /** It wants to go on, now. `hasCredentials`: it gave others with that. */
  | { readonly type: 'session.resumed'; readonly hasCredentials: boolean }
  /** It does not read. */
  | { readonly type: 'inbox.overflowed' }
  // What the clock did.
  | { readonly type: `${Timer}.timedOut` };

export type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;
