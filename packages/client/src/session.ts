/** A client's session as a program sees it: its state, its events and its methods. */
import type { Message, RequestError } from '@sallyport/protocol';
import type { CredentialsSource } from './credential-requests.ts';
import type { EndReason, Fact } from './facts.ts';
import type { StateName } from './machine.ts';

/** The state of a session. The table in the package's README explains each one. */
export type SessionState =
  | 'connecting'
  | 'authenticating'
  | 'ready'
  | 'postponed'
  | 'waiting'
  | 'signedOut'
  | 'closing'
  | 'closed';

/** The event `state`. */
export interface StateChange {
  /** The new state. */
  readonly state: SessionState;
  /** Why the session is not ready. `undefined` if it is ready, or if nothing has gone wrong yet. */
  readonly reason: EndReason | undefined;
  /** Milliseconds until the next attempt, in `waiting` and `postponed`; else `undefined`. */
  readonly retryInMs: number | undefined;
  /** Messages of the queue that will not be sent. Above 0 only in `signedOut` and `closed`. */
  readonly unsent: number;
}

/** The event `transition`: a step of the machine from one state to another. */
export interface Transition {
  /** The type of the fact that caused the step. */
  readonly fact: Fact['type'];
  /** The innermost state before the step. */
  readonly from: StateName;
  /** The innermost state after it. */
  readonly to: StateName;
}

/** The events of a session, by name. */
export type SessionEvents = {
  /** `session.state` has changed. */
  state: StateChange;
  /** `session.path` has changed. Comes before `state`. */
  transition: Transition;
  /** The server refused the credentials. `attemptsLeft`: attempts that remain on this connection, if the protocol reports them. */
  refused: { readonly attemptsLeft: number | undefined };
  /** A message of the server. While there is a listener, `for await` gets only the messages that came before. */
  message: Message;
  /** The application refused a message of this session. Its error has the place of the reply. */
  messageFailed: RequestError;
};

/** A session as a program has it. `for await` reads the messages. `break` stops the reading and leaves the session as it is. */
export interface Session extends AsyncIterable<Message> {
  /** The state. `closed` is final. `signedOut` lasts until the program calls `resume`. */
  readonly state: SessionState;
  /** The innermost state of the machine, such as `ready.steady`. */
  readonly path: StateName;
  /** Why the session is not ready: what happened last. `undefined` if nothing has happened yet, and when it is ready. */
  readonly reason: EndReason | undefined;
  /** The name of the signed-in user, if the protocol reports it. Kept while the session waits to connect again. */
  readonly user: string | undefined;
  /** Resolves when the session is ready. After each loss there is a new promise. Rejects with a `NotReadyError` in `signedOut` and `closed`. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the session is `closed`. */
  readonly closed: Promise<EndReason>;
  /**
   * Bytes that were sent and that the network has not taken yet. 0 without a connection, and with a WebSocket class that does
   * not report it. At `bufferedBytes` (an option of `connect`) and above, `send` throws.
   */
  readonly bufferedAmount: number;
  /**
   * Sends a message, or puts it into the queue until the session is ready. Throws a `NotSentError` if neither is possible, and
   * a `TypeError` for a value that is not a string, a `Uint8Array` or `{ data }` with a JSON value. Half a surrogate pair in a text becomes U+FFFD, as in
   * a WebSocket's own `send`. The client does not send a message again after a loss: it cannot know whether it arrived.
   */
  send(message: Message): void;
  /**
   * Closes the session for good, with code 1000: `closed` when the server has answered, after 3 s at the latest, and at once
   * without a connection. Messages in the queue are not sent. Has no effect on a session that is closing or closed.
   */
  close(): void;
  /**
   * Connects now if the session is `waiting` or `signedOut`. If a request for credentials is under way before the sign-in,
   * `resume` aborts it and makes a new one. New `credentials` replace the source from the next request on. In `postponed` the session
   * sends new credentials at once; without new ones the wait goes on. In any other state `resume` only replaces the source,
   * and in `closed` it has no effect. Throws a `TypeError` if `credentials` are neither credentials nor a function.
   */
  resume(credentials?: CredentialsSource): void;
  /**
   * Adds a listener. Returns the function that removes it. A listener that throws does not stop the others: its error shows as an
   * uncaught one, which by default ends a Node process.
   */
  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void;
  /** Reads the messages in order, across reconnections. Ends in `signedOut` and `closed`, once all are read. */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined>;
}
