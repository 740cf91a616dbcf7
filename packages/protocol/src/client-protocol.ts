/**
 * The client's half of a protocol: two pure functions, the mirror of `Protocol`.
 *
 * It reads messages of the server leniently. It ignores unknown fields. A message that it cannot read is undefined, not an error,
 * so that a client works with a newer server. Proven by: test/client-halves.test.ts.
 */
import type { MessageCredentials } from './credentials.ts';
import type { Fields } from './fields.ts';
import type { AnswerError, Data, Message, Phase } from './protocol.ts';
import type { RequestFailure } from './request-errors.ts';

/** A message from the client to the server. */
export type ClientMessage =
  | { readonly type: 'authenticate'; readonly credentials: MessageCredentials }
  | { readonly type: 'refresh'; readonly credentials: MessageCredentials }
  | { readonly type: 'message'; readonly message: Message };

/** What an acceptance says of the user's identity. */
interface AcceptedIdentity {
  readonly user: string | undefined;
  readonly expiresInMs: number;
  /** A secret for the client to keep, and to send with the next password of this user. Absent where the server gives none. */
  readonly deviceToken?: string;
}

/** A message from the server, as a client reads it: an `Answer`, as far as the protocol can express it. */
export type ServerMessage =
  | (AcceptedIdentity & {
      readonly type: 'accepted';
      /** Milliseconds between the heartbeats of the server. Absent where it does not announce any. */
      readonly heartbeatMs?: number | undefined;
    })
  | (AcceptedIdentity & { readonly type: 'refreshed' })
  | { readonly type: 'refused'; readonly attemptsLeft: number | undefined }
  /** The credentials were not checked. The client may send them again, no sooner than after `retryInMs` milliseconds. */
  | { readonly type: 'postponed'; readonly retryInMs: number }
  | { readonly type: 'error'; readonly error: Exclude<AnswerError, 'refreshPostponed'> }
  | { readonly type: 'error'; readonly error: 'refreshPostponed'; readonly retryInMs: number }
  | { readonly type: 'message'; readonly message: Message }
  /** The application refused a message. */
  | { readonly type: 'messageFailed'; readonly error: RequestFailure }
  /** A message of a type that this half does not read, such as the answer to a request: `decodeResponse` reads that one. */
  | { readonly type: 'other'; readonly fields: Fields }
  /** A sign of life, without content. */
  | { readonly type: 'heartbeat' };

/** The client's half of a protocol. */
export interface ClientProtocol {
  /** The value for `Sec-WebSocket-Protocol`. Absent for the text protocol. */
  readonly subprotocol?: string;
  /** Whether the protocol can express a refresh. */
  readonly canRefresh: boolean;
  /** Whether a server may answer credentials that came with the upgrade request. */
  readonly signsInByRequest: boolean;
  /** Whether further types of messages can be sent, such as requests. */
  readonly isExtensible: boolean;
  /**
   * The message to send. Undefined if the protocol cannot express it, such as a username with a colon in the text protocol. Throws a
   * `TypeError` for a value that is not JSON.
   */
  encode(message: ClientMessage): Data | undefined;
  /** Reads a message of the server. Undefined if it has no meaning in this phase. */
  decode(data: Data, phase: Phase): ServerMessage | undefined;
}
