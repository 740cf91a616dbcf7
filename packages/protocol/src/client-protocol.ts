/**
 * The client's half of a protocol: two pure functions again, the mirror of `Protocol`.
 *
 * What the server says is read as leniently as is safe: a field that is not known is let be, and what cannot be read at all
 * is nothing rather than an error, since a server is not the client's to judge. Proven by: test/client-halves.test.ts.
 */
import type { Credentials } from './credentials.ts';
import type { AnswerError, Data, Phase } from './protocol.ts';

/** What a client has to say. */
export type ClientMessage =
  | { readonly type: 'authenticate'; readonly credentials: Credentials }
  | { readonly type: 'refresh'; readonly credentials: Credentials }
  | { readonly type: 'message'; readonly message: Data };

/** What the server turned out to say: an `Answer`, as far as the protocol has words for it. */
export type ServerMessage =
  | {
      readonly type: 'accepted' | 'refreshed';
      readonly user: string | undefined;
      readonly expiresInMs: number;
      /** To be kept, as a secret, and sent with the next password of this user; absent where the server gives none. */
      readonly deviceToken?: string;
    }
  /** The server shows that it is alive. */
  | { readonly type: 'heartbeat' }
  | { readonly type: 'refused'; readonly attemptsLeft: number | undefined }
  /** The attempt was not looked at; the same credentials may be sent again after `retryInMs` milliseconds at least. */
  | { readonly type: 'postponed'; readonly retryInMs: number }
  | { readonly type: 'error'; readonly error: Exclude<AnswerError, 'refreshPostponed'> }
  | { readonly type: 'error'; readonly error: 'refreshPostponed'; readonly retryInMs: number }
  | { readonly type: 'message'; readonly message: Data };

export interface ClientProtocol {
  /** For `Sec-WebSocket-Protocol`; none for the text protocol. */
  readonly subprotocol?: string;
  /** Whether it has words for a refresh. */
  readonly canRefresh: boolean;
  /** Nothing where the protocol cannot say it: a username with a colon, in the text protocol. */
  encode(said: ClientMessage): Data | undefined;
  /** Nothing where it makes no sense. */
  decode(data: Data, phase: Phase): ServerMessage | undefined;
}
