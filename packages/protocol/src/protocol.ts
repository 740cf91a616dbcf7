/**
 * A protocol: two pure functions between what the wire carries and what a session means. Chosen per connection.
 *
 * It keeps no state and takes no decision: the same data in the same phase is always the same fact, and what follows
 * from a fact is for the session machine. Wire texts stand in the implementations (`text.ts`), nowhere else.
 */
import type { Credentials } from './credentials.ts';
import type { GivenDeviceToken } from './device-token.ts';

/** What one WebSocket message carries: a string for a text message, bytes for a binary one (RFC 6455, 5.6). */
export type Data = string | Uint8Array;

/** How far the session is: nobody yet, or somebody. The same bytes mean credentials in one and a message in the other. */
export type Phase = 'authenticating' | 'established';

/** What a message from the client turned out to be. */
export type Decoded =
  | { readonly type: 'credentials.received'; readonly credentials: Credentials }
  /** Text that can be no credentials: a refusal like any other. */
  | { readonly type: 'credentials.malformed' }
  /** Credentials in a form that this protocol does not take at all (binary). */
  | { readonly type: 'credentials.unsupported' }
  | { readonly type: 'message.received'; readonly message: Data }
  /** Against the protocol's grammar; only protocols that have one say this. */
  | { readonly type: 'message.malformed' }
  | { readonly type: 'refresh.requested'; readonly credentials: Credentials };

/** Who the client is, once accepted. */
export interface Identity {
  /** Never empty. */
  readonly user: string;
  /** Milliseconds from the acceptance until it no longer holds; `Infinity` if it never ends. */
  readonly expiresInMs: number;
  /** Whatever else the authenticator knows and an application may want, such as the claims of a token. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** What the session has to tell the client: a meaning, never a sentence. */
export type Answer =
  | { readonly type: 'accepted'; readonly identity: Identity; readonly deviceToken?: GivenDeviceToken }
  | { readonly type: 'refused'; readonly attemptsLeft: number }
  /** The attempt was not looked at and used up no attempt; the same again may do after `retryInMs` milliseconds at least. */
  | { readonly type: 'postponed'; readonly retryInMs: number }
  | { readonly type: 'refreshed'; readonly identity: Identity; readonly deviceToken?: GivenDeviceToken }
  | { readonly type: 'error'; readonly error: Exclude<AnswerError, 'refreshPostponed'> }
  | { readonly type: 'error'; readonly error: 'refreshPostponed'; readonly retryInMs: number }
  | { readonly type: 'message'; readonly message: Data };

/** Why a refresh did not happen. The session goes on with the identity and the expiry it had. */
export type AnswerError =
  | 'refreshRefused'
  | 'refreshPostponed'
  | 'refreshFailed'
  | 'refreshTimedOut'
  | 'refreshPending';

export interface Protocol {
  /** For logs and metrics. */
  readonly name: string;
  /** What `Sec-WebSocket-Protocol` says; absent for the protocol of clients that offer none (RFC 6455, 1.9). */
  readonly subprotocol?: string;
  /** How long this protocol's clients may take, in milliseconds, where the limits do not say otherwise. */
  readonly defaultLimits: {
    /** From the opening to the acceptance. */
    readonly authenticationMs: number;
    /** Without a sign of life, pongs included. */
    readonly silenceMs: number;
  };
  decode(data: Data, phase: Phase): Decoded;
  /** What to send, or nothing where this protocol has no words for the answer. */
  encode(answer: Answer): Data | undefined;
}
