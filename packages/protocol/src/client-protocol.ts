/**
 * The client's half of a protocol: two pure functions again, the mirror of `Protocol`.
 *
 * What the server says is read as leniently as is safe: a field that is not known is let be, and what cannot be read at all
 * is nothing rather than an error, since a server is not the client's to judge. Proven by: test/client-halves.test.ts.
 */
import type { Credentials } from './credentials.ts';
import type { AnswerError, Data, Phase } from './protocol.ts';

/** What a client has to say. */
export type Said =
  | { readonly type: 'authenticate'; readonly credentials: Credentials }
  | { readonly type: 'refresh'; readonly credentials: Credentials }
  | { readonly type: 'message'; readonly message: Data };

/** What the server turned out to say: an `Answer`, as far as the protocol has words for it. */
export type Heard =
  | { readonly type: 'accepted'; readonly user: string | undefined; readonly expiresInMs: number }
  | { readonly type: 'refreshed'; readonly user: string | undefined; readonly expiresInMs: number }
  | { readonly type: 'refused'; readonly attemptsLeft: number | undefined }
  | { readonly type: 'error'; readonly error: AnswerError }
  | { readonly type: 'message'; readonly message: Data };

export interface ClientProtocol {
  /** For `Sec-WebSocket-Protocol`; none for the text protocol. */
  readonly subprotocol?: string;
  /** Whether it has words for a refresh. */
  readonly canRefresh: boolean;
  /** Nothing where the protocol cannot say it: a username with a colon, in the text protocol. */
  encode(said: Said): Data | undefined;
  /** Nothing where it makes no sense. */
  decode(data: Data, phase: Phase): Heard | undefined;
}
