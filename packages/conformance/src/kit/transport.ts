/**
 * What the kit needs of a transport: a way to serve sessions on it, and somebody at the other end who does as told.
 *
 * An adapter's author writes the first, and the second too unless the transport is a WebSocket (`webSocketPeer`).
 */
import type { Sessions } from '@sallyport/core';
import type { Data } from '@sallyport/protocol';

/** What arrives at the other end, in order. */
export type Arrival =
  | { readonly message: Data }
  | { readonly ping: true }
  /** The server says goodbye: a close frame, or what the transport has in its place (then code 0 and no reason). */
  | { readonly close: number; readonly reason: string }
  /** Last: the connection has ended, with a goodbye or without. */
  | { readonly end: true };

/** What a request to connect says, besides what every such request does. */
export interface RemoteRequest {
  /** Of several values each is sent as a header of its own. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** What `connect` rejects with where the request was refused. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly text: string;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;

  constructor(status: number, text: string, headers: ReadonlyMap<string, string>) {
    super(`refused: ${status} ${text}`);
    this.status = status;
    this.text = text;
    this.headers = headers;
  }
}

/** The other end of one connection. */
export interface RemotePeer {
  /** The subprotocol that the answer to the request names; only where `requests`. */
  readonly protocol?: string | undefined;
  /** This end's own IP address; only where `addresses`. */
  readonly address?: string | undefined;
  /** Sends messages, all of them in one write. */
  say(...messages: readonly Data[]): void;
  /** Sends one message in pieces, text if the first is text; only where `fragments`. A piece may end within a character. */
  sayInPieces?(...pieces: readonly Data[]): void;
  /** Sends what breaks the rules of the transport itself; only where `rules`. */
  breakRules?(): void;
  /** Ends the connection as the transport has it: with a close frame of this code (1005: of none) and reason, if there is such a thing. */
  leave(code: number, reason: string): void;
  /** Ends it without a goodbye, at once. */
  cut(): void;
  /** Reads nothing from here on, so that what is sent piles up at the sender. */
  pause(): void;
  resume(): void;
  /** Whether it does its half when the server says goodbye. */
  answersClose: boolean;
  answersPings: boolean;
}

/** A transport that serves. */
export interface Served {
  /**
   * Connects; `hear` is told of all that arrives. Resolves when the connection stands, or rejects, with `Refused` where
   * a request was. `request` is there only where `requests`.
   */
  connect(hear: (heard: Arrival) => void, request?: RemoteRequest): Promise<RemotePeer>;
  /** Stops listening. The kit's peers have gone before. */
  close(): void | Promise<void>;
}

/** Serves these sessions, on a port of its own choice. */
export type Start = (sessions: Sessions) => Served | Promise<Served>;

/** What the transport has. A story that needs what it lacks is skipped, and says so. */
export interface Capabilities {
  /** A request comes before the connection; it has headers, and is answered. */
  readonly requests: boolean;
  /** The other end has an IP address, as on all of TCP. */
  readonly addresses: boolean;
  /** Messages of bytes, told apart from those of text. */
  readonly binary: boolean;
  /** A message may hold line breaks. */
  readonly lineBreaks: boolean;
  /** A message may come in pieces. */
  readonly fragments: boolean;
  /** Rules of its own that a peer can break, and then the connection ends. */
  readonly rules: boolean;
  /** Pings that the other end answers. */
  readonly ping: boolean;
  /** A goodbye that says why: a code and a reason. */
  readonly closeCodes: boolean;
  /** After our goodbye the connection goes on until the other end has done its half, or is cut. */
  readonly waitsForClose: boolean;
}

export type Capability = keyof Capabilities;

/** All of it: RFC 6455. */
export const webSocket: Capabilities = {
  requests: true,
  addresses: true,
  binary: true,
  lineBreaks: true,
  fragments: true,
  rules: true,
  ping: true,
  closeCodes: true,
  waitsForClose: true,
};
