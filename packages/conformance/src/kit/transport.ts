/**
 * What the kit needs of a transport: a function that serves sessions on it, and a client that a story controls.
 *
 * The author of an adapter writes the function, and also the client unless the transport is WebSocket (`webSocketPeer`).
 */
import type { RequestOptions, Sessions } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';

/** One event at the client. */
export type Arrival =
  | { readonly message: Data }
  | { readonly ping: true }
  /** A close frame, or what the transport has in its place (then code 0 and an empty reason). */
  | { readonly close: number; readonly reason: string }
  /** The connection has closed, with a close frame or without. Always the last event. */
  | { readonly end: true };

/** What a connection request carries besides the usual headers. */
export interface RemoteRequest {
  /** The target: the path and the query. Default: `/`. */
  readonly path?: string;
  /** By name. Several values are sent as several header lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** The error that `connect` rejects with if the server refuses the request. */
export class Refused extends Error {
  /** Always `Refused`. */
  override readonly name = 'Refused';
  /** The HTTP status. */
  readonly status: number;
  /** The body, without the line break at its end. */
  readonly text: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;

  constructor(status: number, text: string, headers: ReadonlyMap<string, string>) {
    super(`refused: ${status} ${text}`);
    this.status = status;
    this.text = text;
    this.headers = headers;
  }
}

/** The client's end of one connection. */
export interface RemotePeer {
  /** The subprotocol in the answer to the request; only with the capability `requests`. */
  readonly protocol?: string | undefined;
  /** The client's IP address; only with the capability `addresses`. */
  readonly address?: string | undefined;
  /** Sends messages, all of them in one write. */
  sendMessages(...messages: readonly Data[]): void;
  /** Sends one message in fragments, as text if the first is text; only with `fragments`. A fragment may end within a character. */
  sendFragments?(...pieces: readonly Data[]): void;
  /** Violates the transport's own protocol; only with `rules`. */
  breakRules?(): void;
  /** Closes the connection, with a close frame of this code and reason where the transport has one. 1005: a frame without a code. */
  sendClose(code: number, reason: string): void;
  /** Breaks the connection at once, without a close frame. */
  cut(): void;
  /** Stops reading, so that the server's messages stay unsent. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Whether the client answers a close frame. */
  answersClose: boolean;
  /** Whether the client answers pings. */
  answersPings: boolean;
}

/** A running server on the transport. */
export interface Served {
  /**
   * Connects a client, and calls `onArrival` for every event. Resolves when the connection is open. Rejects with `Refused` if the server
   * refuses the request. `request` is given only with the capability `requests`.
   */
  connect(onArrival: (arrival: Arrival) => void, request?: RemoteRequest): Promise<RemotePeer>;
  /** Stops listening. All clients of the kit have closed before. */
  close(): void | Promise<void>;
}

/**
 * Serves these sessions on any free port. `options` are the options of the adapter that read upgrade requests: empty, unless the transport
 * has the capability `requestOptions`.
 */
export type Start = (sessions: Sessions, options: RequestOptions) => Served | Promise<Served>;

/** Features of the transport. A story that needs a missing one is skipped, and names it. */
export interface Capabilities {
  /** A request with headers precedes the connection, and gets an answer. */
  readonly requests: boolean;
  /** The adapter takes the options `context` and `credentials`, which read requests. Needs `requests`. */
  readonly requestOptions: boolean;
  /** The client has an IP address, as on TCP. */
  readonly addresses: boolean;
  /** Binary messages, distinct from text messages. */
  readonly binary: boolean;
  /** A message may hold line breaks. */
  readonly lineBreaks: boolean;
  /** A message may arrive in fragments. */
  readonly fragments: boolean;
  /** A protocol of its own that a client can violate, which closes the connection. */
  readonly rules: boolean;
  /** Pings that the client answers. */
  readonly ping: boolean;
  /** Close frames with a code and a reason. */
  readonly closeCodes: boolean;
  /** After the server's close frame the connection stays open until the client answers, or is terminated. */
  readonly waitsForClose: boolean;
}

/** The name of a capability. */
export type Capability = keyof Capabilities;

/** The capabilities of WebSocket (RFC 6455): all of them. */
export const webSocket: Capabilities = {
  requests: true,
  requestOptions: true,
  addresses: true,
  binary: true,
  lineBreaks: true,
  fragments: true,
  rules: true,
  ping: true,
  closeCodes: true,
  waitsForClose: true,
};
