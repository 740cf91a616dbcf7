/**
 * The client's half of a protocol: two pure functions, the mirror of `Protocol`.
 *
 * It reads messages of the server leniently. It ignores unknown fields. A message that it cannot read is undefined, not an error,
 * so that a client works with a newer server. Proven by: test/client-halves.test.ts.
 */
import type {
  ChannelEvent,
  ChannelOperation,
  ChannelResult,
  ReceivedPublication,
} from './channel-messages.ts';
import type { MessageCredentials } from './credentials.ts';
import type { AnswerError, Data, Message, Phase } from './protocol.ts';
import type { RequestFailure } from './request-errors.ts';

/** A message from the client to the server. */
export type ClientMessage =
  | { readonly type: 'authenticate'; readonly credentials: MessageCredentials }
  | { readonly type: 'refresh'; readonly credentials: MessageCredentials }
  | { readonly type: 'message'; readonly message: Message }
  /** `params` may be undefined: none. `id` is a whole number from 1 on. */
  | {
      readonly type: 'request';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  /** The client does not want the answer to this request any more. */
  | { readonly type: 'cancel'; readonly id: number }
  /** An operation on a channel. `id` is a whole number from 1 on, unique among operations and requests. */
  | { readonly type: 'operation'; readonly id: number; readonly operation: ChannelOperation };

/** A message from the server, as a client reads it: an `Answer`, as far as the protocol can express it. */
export type ServerMessage =
  | {
      readonly type: 'accepted' | 'refreshed';
      readonly user: string | undefined;
      readonly expiresInMs: number;
      /**
       * A secret for the client to keep, and to send with the next password of this user. Absent where the server gives none.
       */
      readonly deviceToken?: string;
    }
  | { readonly type: 'refused'; readonly attemptsLeft: number | undefined }
  /** The credentials were not checked. The client may send them again, no sooner than after `retryInMs` milliseconds. */
  | { readonly type: 'postponed'; readonly retryInMs: number }
  | { readonly type: 'error'; readonly error: Exclude<AnswerError, 'refreshPostponed'> }
  | { readonly type: 'error'; readonly error: 'refreshPostponed'; readonly retryInMs: number }
  | { readonly type: 'message'; readonly message: Message }
  /** The application refused a message. */
  | { readonly type: 'messageFailed'; readonly error: RequestFailure }
  /** The result of a request. */
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  /** The error of a request. */
  | { readonly type: 'requestFailed'; readonly id: number; readonly error: RequestFailure }
  /** The result of an operation on a channel. Its error is a `requestFailed`. */
  | {
      readonly type: 'channelResult';
      readonly id: number;
      readonly result: ChannelResult<ReceivedPublication>;
    }
  | { readonly type: 'channelEvent'; readonly event: ChannelEvent<ReceivedPublication> }
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
  /** Whether the protocol can express requests. */
  readonly canRequest: boolean;
  /** Whether the protocol can express operations on channels. Default: false. */
  readonly hasChannels?: boolean;
  /**
   * The message to send. Undefined if the protocol cannot express it, such as a username with a colon in the text protocol. Throws a
   * `TypeError` for a value that is not JSON.
   */
  encode(message: ClientMessage): Data | undefined;
  /** Reads a message of the server. Undefined if it has no meaning in this phase. */
  decode(data: Data, phase: Phase): ServerMessage | undefined;
}
