/** The application: a port. What a session's messages are for, once it is established. */
import type { Data, Identity } from '@sallyport/protocol';
import type { StateName } from '../machine/machine.ts';
import type { Peer, SendResult } from './connection.ts';

/** A session, as an application, an observer and an operator see it. */
export interface Session {
  /** Unique among the sessions of one `createSessions`. */
  readonly id: number;
  readonly peer: Peer;
  readonly state: StateName;
  /** Who is signed in; none before the acceptance. */
  readonly identity: Identity | undefined;
  /** The name of the protocol that the client speaks. */
  readonly protocol: string;
  /**
   * Sends a message of its own accord. `closed`: nobody is signed in, or the session has ended; nothing was sent. Throws a
   * `UsageError` for what is neither a string nor bytes.
   */
  send(message: Data): SendResult | 'closed';
  /**
   * Closes with code 1000, after all replies sent so far. The text is cut to 123 bytes of UTF-8. No-op when already closing.
   * Throws a `UsageError` for a text that is none, such as a code.
   */
  close(text?: string): void;
}

// biome-ignore lint/suspicious/noConfusingVoidType: an application without a reply need not return anything
export type Reply = Data | undefined | void;

/** Answers a message, now or later; replies go out in the order of their messages. A throw ends the session (1011). */
export type Application = (message: Data, session: Session) => Reply | PromiseLike<Reply>;

/** The default: says what it was told, bytes as they are (PROTOCOL.md, section 2). */
export const echo: Application = (message) =>
  typeof message === 'string' ? `your submit context: ${message}` : message;

/** Whether a value can be sent. Checked at run time: it may come from untyped code. */
export function isData(value: unknown): value is Data {
  return typeof value === 'string' || value instanceof Uint8Array;
}
