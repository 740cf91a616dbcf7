/** What a contract needs of the server's session, and the types of user code on the server. Core's own types fit by structure. */
import type { Identity, Message } from '@sallyport/protocol';

/** A session, as handlers get it. The `Session` of `@sallyport/core` is one. */
export interface ServerSession {
  /** Unique among the sessions of one server. */
  readonly id: number;
  /** The other end of the connection. */
  readonly peer: { readonly address: string; readonly origin?: string };
  /** The signed-in user. Undefined before the acceptance. */
  readonly identity: Identity | undefined;
  /** The name of the protocol that the client speaks. */
  readonly protocol: string;
  /** Sends a message that answers none. `closed` if the session has ended. */
  send(message: Message): string;
  /** Closes the session with code 1000. */
  close(text?: string): void;
}

/** A request as it comes from core. */
export interface IncomingRequest {
  /** The client's id of the request. */
  readonly id: number;
  /** The name of the request. */
  readonly method: string;
  /** The parameters as they came. `undefined` if the client sent none. */
  readonly params: unknown;
  /** Aborts when the client does not wait for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a handler knows about a request besides its parameters. */
export interface Call<Session = ServerSession> {
  /** The session of the client. */
  readonly session: Session;
  /** Aborts when the client does not wait for the answer any more. It costs nothing unless it is read. */
  readonly signal: AbortSignal;
  /** The client's id of the request. */
  readonly id: number;
  /** The name of the request. */
  readonly method: string;
}

/** Keeps the signal of a request lazy: core makes it when it is read first. */
export class RequestCall<Session> implements Call<Session> {
  readonly session: Session;
  readonly #request: IncomingRequest;

  constructor(request: IncomingRequest, session: Session) {
    this.#request = request;
    this.session = session;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get id(): number {
    return this.#request.id;
  }

  get method(): string {
    return this.#request.method;
  }
}
