/**
 * Facts: everything that the client's machine can take. Past tense, dotted, subject first, as in `@sallyport/core`.
 *
 * A fact contains no credentials, so a printed fact shows no secret. `question` is the number of the question that it answers.
 */
import type { Message, Reason } from '@sallyport/protocol';
import type { Timer } from './durations.ts';

/** Why a session is not signed in: a reason that the server gave, or one of the client's own. */
export type EndReason =
  | Reason
  /** The server refused the credentials, and the source has no others. */
  | 'credentialsRefused'
  /** The source of credentials returned none. */
  | 'credentialsWithheld'
  /** The source of credentials threw, rejected, or took longer than `credentialsMs`. */
  | 'credentialsFailed'
  /** The protocol cannot express the credentials (a username with a colon in the text protocol), or they have a wrong shape. The server has not seen them. */
  | 'credentialsUnsayable'
  /** The server did not answer the credentials for 10 s, as no Sallyport server does. The client will send them again. */
  | 'credentialsUnanswered'
  /** The server does not look at sign-ins of this account for now. The client will send the same credentials again. */
  | 'credentialsPostponed'
  /** The program did not read the messages that the server sent. */
  | 'unread'
  /** An error inside this client. It also shows as an uncaught error. */
  | 'internalError';

/** A fact for the client's machine. */
export type Fact =
  // Answers of the source of credentials.
  | { readonly type: 'credentials.given'; readonly question: number }
  /** The server has refused the same ones before. */
  | { readonly type: 'credentials.repeated'; readonly question: number }
  | { readonly type: 'credentials.withheld'; readonly question: number }
  /** The protocol cannot express them. */
  | { readonly type: 'credentials.unsayable'; readonly question: number }
  | { readonly type: 'credentials.failed'; readonly question: number }
  // The connection.
  | { readonly type: 'connection.opened' }
  | { readonly type: 'connection.closed'; readonly reason: Reason }
  // Answers of the server.
  | { readonly type: 'answer.accepted'; readonly expiresInMs: number }
  | { readonly type: 'answer.refused' }
  /** The server did not look at the credentials. It may look at the same ones in `retryInMs` or later. */
  | { readonly type: 'answer.postponed'; readonly retryInMs: number }
  | { readonly type: 'answer.refreshed'; readonly expiresInMs: number }
  /** A renewal did not happen. */
  | { readonly type: 'answer.failed' }
  | { readonly type: 'message.received'; readonly message: Message }
  /** The server shows that it is alive. */
  | { readonly type: 'heartbeat.received' }
  // Calls of the program.
  | { readonly type: 'session.closed' }
  /** `hasCredentials`: the call brought new credentials. */
  | { readonly type: 'session.resumed'; readonly hasCredentials: boolean }
  /** The program has not read the messages. */
  | { readonly type: 'inbox.overflowed' }
  // The surroundings.
  /** The network or the page is back, and that may end a wait. */
  | { readonly type: 'network.returned' }
  | { readonly type: `${Timer}.timedOut` };

export type FactOf<Type extends Fact['type']> = Extract<Fact, { type: Type }>;
