/**
 * A protocol: two pure functions that decode and encode the messages of a connection.
 *
 * It keeps no state and decides nothing: the same data in the same phase always gives the same fact, and the session machine
 * decides what follows. Only the implementations (`text.ts`, `json.ts`) hold wire texts.
 */
import type { ChannelEvent, ChannelOperation, ChannelResult } from './channel-messages.ts';
import type { Credentials } from './credentials.ts';
import type { GivenDeviceToken } from './device-token.ts';
import type { RequestFailure } from './request-errors.ts';

/** The data of one WebSocket message: a string for a text message, bytes for a binary one (RFC 6455, 5.6). */
export type Data = string | Uint8Array;

/** A message that is a JSON value. */
export interface JsonMessage {
  /** Any value that JSON can express. `unknown`, because what comes from the other end has to be checked. */
  readonly data: unknown;
}

/** A message of a client or an application: a text, bytes, or a JSON value as `{ data }`. */
export type Message = Data | JsonMessage;

/** Whether a value has the form of a message. Checked at run time, because it may come from untyped code. */
export function isMessage(value: unknown): value is Message {
  return typeof value === 'string' || value instanceof Uint8Array || isJsonMessage(value);
}

/** Whether a value has the form of a message with a JSON value. */
export function isJsonMessage(value: unknown): value is JsonMessage {
  return typeof value === 'object' && value !== null && 'data' in value;
}

/**
 * The phase of a session, before or after the acceptance. The same data means credentials in one, and a message in the other.
 */
export type Phase = 'authenticating' | 'established';

/** A message from the client, decoded. */
export type Decoded =
  | { readonly type: 'credentials.received'; readonly credentials: Credentials }
  /** Text that does not have the form of credentials. The server refuses it like a wrong password. */
  | { readonly type: 'credentials.malformed' }
  /** Credentials in a binary message. */
  | { readonly type: 'credentials.unsupported' }
  | { readonly type: 'message.received'; readonly message: Message }
  /** `params` is undefined where the client sent none. */
  | {
      readonly type: 'request.received';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
    }
  /** An operation on a channel. The session treats it as a request. */
  | { readonly type: 'request.received'; readonly id: number; readonly operation: ChannelOperation }
  /** A request or an operation that is against the grammar. Its id can be answered. */
  | { readonly type: 'request.malformed'; readonly id: number }
  /** The client does not want the answer any more. */
  | { readonly type: 'request.cancelled'; readonly id: number }
  /** Against the grammar of the protocol. The text protocol has none. */
  | { readonly type: 'message.malformed' }
  | { readonly type: 'refresh.requested'; readonly credentials: Credentials };

/**
 * The identity of a signed-in client. `Claims` is the type of its claims, where an app names one; every identity then has claims. Without
 * it, an identity may have any claims, or none.
 */
export type Identity<Claims = unknown> = {
  /** The name of the user. Never empty. */
  readonly user: string;
  /** Milliseconds from the acceptance until the identity expires. `Infinity` if it never does. */
  readonly expiresInMs: number;
  /** When the identity expires on the wall clock, in milliseconds since 1970. Absent where the authenticator gives no such time. */
  readonly expiresAtMs?: number;
} & (unknown extends Claims
  ? {
      /** Further data from the authenticator for the application, such as the claims of a token. Never sent to the client. */
      readonly claims?: Readonly<Record<string, unknown>>;
    }
  : {
      /** Further data from the authenticator for the application, such as the claims of a token. Never sent to the client. */
      // Mapped, so that claims of an interface fit where any claims do.
      readonly claims: { readonly [Name in keyof Claims]: Claims[Name] };
    });

/** An answer to the client, before the protocol encodes it. */
export type Answer =
  | {
      readonly type: 'accepted';
      readonly identity: Identity;
      readonly deviceToken?: GivenDeviceToken;
      /** Milliseconds between the heartbeats of this session. Absent where the server sends none. */
      readonly heartbeatMs?: number | undefined;
    }
  | { readonly type: 'refused'; readonly attemptsLeft: number }
  /**
   * The credentials were not checked, and no attempt is used up. The client may send them again, no sooner than after
   * `retryInMs` milliseconds.
   */
  | { readonly type: 'postponed'; readonly retryInMs: number }
  | { readonly type: 'refreshed'; readonly identity: Identity; readonly deviceToken?: GivenDeviceToken }
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
  | { readonly type: 'channelResult'; readonly id: number; readonly result: ChannelResult }
  | { readonly type: 'channelEvent'; readonly event: ChannelEvent };

/** Why a refresh failed. The session goes on with its identity and its expiry. */
export type AnswerError =
  | 'refreshRefused'
  | 'refreshPostponed'
  | 'refreshFailed'
  | 'refreshTimedOut'
  | 'refreshPending';

/** The server's half of a protocol. */
export interface Protocol {
  /** The name for logs and metrics. */
  readonly name: string;
  /** The value of `Sec-WebSocket-Protocol`. Absent for the protocol of clients that offer none (RFC 6455, 1.9). */
  readonly subprotocol?: string;
  /** The limits of this protocol's clients where the server sets no others. In milliseconds. */
  readonly defaultLimits: {
    /** From the opening to the acceptance. More than 0. */
    readonly authenticationMs: number;
    /** Without a message or a pong. More than 0. */
    readonly silenceMs: number;
  };
  /**
   * The message that the server sends with each ping, so that a client whose library hides pings can detect a dead connection.
   * The acceptance has its interval as `heartbeatMs`, for a protocol that can tell it.
   * Default: none, the server only pings.
   */
  readonly heartbeat?: Data;
  /**
   * Whether credentials of the upgrade request may sign a client in. The server then sends an answer that the client did not ask
   * for by a message. Default: false.
   */
  readonly signsInByRequest?: boolean;
  /** Whether the protocol can express channels. Default: false. */
  readonly hasChannels?: boolean;
  /** Reads a message of the client. Must not throw. */
  decode(data: Data, phase: Phase): Decoded;
  /**
   * The message to send. Undefined if this protocol cannot express the answer. Throws a `TypeError` for a value of the
   * application that is not JSON.
   */
  encode(answer: Answer): Data | undefined;
}
