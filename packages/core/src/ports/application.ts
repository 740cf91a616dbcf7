/** The application: a port. It receives the messages of signed-in clients. */
import type { Data, Identity, Message } from '@sallyport/protocol';
import type { StateName } from '../machine/machine.ts';
import type { Peer, SendResult } from './connection.ts';

/** A session, as applications, observers and operators see it. `Context` is the type of `peer.context`, and `Claims` that of `identity.claims`. */
export interface Session<Context = unknown, Claims = unknown> {
  /** Unique among the sessions of one `createSessions`. */
  readonly id: number;
  /** The other end of the connection. */
  readonly peer: Peer<Context>;
  /** The state of the session machine. */
  readonly state: StateName;
  /** The signed-in user. Undefined before the acceptance. */
  readonly identity: Identity<Claims> | undefined;
  /** The name of the protocol that the client speaks. */
  readonly protocol: string;
  /**
   * Sends a message that answers none. Returns `closed`, and sends nothing, if the client is not signed in or the session has
   * ended. Throws a `UsageError` for a message that is neither a string nor bytes nor `{ data }`, and for `data` that is not JSON.
   * A client of the text protocol gets `data` as its JSON text.
   */
  send(message: Message): SendResult | 'closed';
  /**
   * Closes the session with code 1000, after all replies sent so far. The text is cut to 123 bytes of UTF-8. Does nothing if the
   * session is closing already. Throws a `UsageError` if the text is not a string.
   */
  close(text?: string): void;
  /**
   * Calls the listener once, when the client is not signed in any more: as soon as the session closes or its connection is lost, for
   * whatever reason. Calls it at once if the client is not signed in now. For what must not outlive the identity, such as a
   * subscription that a request made. Throws a `UsageError` if the listener is not a function.
   */
  onEnd(listener: () => void): void;
}

/** The application's answer to a message: a text, bytes, a JSON value as `{ data }`, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: an application without a reply need not return anything
export type Reply = Message | undefined | void;

/**
 * Answers a message, now or later. Replies go out in the order of their messages. A message with `data` is `{ data }`. A `RequestError`
 * that it throws goes to the client in the place of the reply (in the text protocol: its message). Any other error ends the session (1011).
 */
export type Application<Context = unknown, Claims = unknown> = (
  message: Message,
  session: Session<Context, Claims>,
) => Reply | PromiseLike<Reply>;

/** The default application: repeats a text with a prefix, and other messages as they are (PROTOCOL.md, section 2). */
export const echo: Application = (message) =>
  typeof message === 'string' ? `your submit context: ${message}` : message;

/** Whether a value can be sent over a connection. Checked at run time, because it may come from untyped code. */
export function isData(value: unknown): value is Data {
  return typeof value === 'string' || value instanceof Uint8Array;
}
