/** A client's session, as a program has it: what it is, what it tells, and what can be done with it. */
import type { Data } from '@sallyport/protocol';
import type { CredentialsSource } from './credential-requests.ts';
import type { EndReason, Fact } from './facts.ts';
import type { StateName } from './machine.ts';

export type SessionState =
  | 'connecting'
  | 'authenticating'
  | 'ready'
  | 'postponed'
  | 'waiting'
  | 'signedOut'
  | 'closing'
  | 'closed';

export interface StateChange {
  readonly state: SessionState;
  /** Why the session is not ready, once something has happened to it. */
  readonly reason: EndReason | undefined;
  /** Until the next attempt, where it is `waiting` or `postponed`. */
  readonly retryInMs: number | undefined;
  /** Messages that waited in the queue and will not be sent: where it is `signedOut` or `closed`, else 0. */
  readonly unsent: number;
}

/** One step of the machine that led to another state, for whoever wants to see it at work. */
export interface Transition {
  readonly fact: Fact['type'];
  readonly from: StateName;
  readonly to: StateName;
}

export type SessionEvents = {
  state: StateChange;
  /** Told before `state`, and also where only the inner state has changed. */
  transition: Transition;
  /** Credentials were refused, and how many attempts are left, where the protocol says so. */
  refused: { readonly attemptsLeft: number | undefined };
  /** Messages go here instead of to `for await` while somebody listens; those that came before still wait for `for await`. */
  message: Data;
};

/** A session as a program has it. `for await` reads the messages; `break` leaves the session as it is. */
export interface Session extends AsyncIterable<Data, undefined> {
  /** What leads from one to another: the table in the package's README. `closed` is for good, `signedOut` until `resume`. */
  readonly state: SessionState;
  /** The innermost state of the machine, such as `ready.steady`. */
  readonly path: StateName;
  /** Why it is not ready: what happened last. `undefined` before anything has, and again once it is ready. */
  readonly reason: EndReason | undefined;
  /** Who is signed in, where the protocol says so. While it waits to connect again: who was. */
  readonly user: string | undefined;
  /** Resolves when signed in; a new one after each loss. Rejects with a `NotReadyError` if there will be no sign-in. */
  readonly ready: Promise<void>;
  /** Resolves when it is closed for good, with why. Not while it is `signedOut`: then `close()` it or `resume()`. */
  readonly closed: Promise<EndReason>;
  /**
   * Sends it, or keeps it in the queue until the session is ready. Throws a `NotSentError` where neither is possible, and a
   * `TypeError` for what is no message. What was sent is not sent again after a loss: whether it arrived is not known.
   */
  send(message: Data): void;
  /**
   * Ends it for good, with code 1000, within 3 s: `closed` once the server has answered, at once where there is no
   * connection to answer on. What waits in the queue is not sent. May be called again, and in every state.
   */
  close(): void;
  /**
   * Connects now, where it waits or is signed out; elsewhere it goes on as it is. Credentials that are given take the place
   * of those given before, from the next attempt or renewal on. While it is `postponed`, credentials that are given are said
   * at once, and without them the wait goes on. Does nothing once it is closed. Throws a `TypeError` if they are none.
   */
  resume(credentials?: CredentialsSource): void;
  /**
   * Returns what ends it. A listener that throws stops nothing: its error is thrown where nobody can catch it, and so shows
   * as an uncaught one, which ends a Node process that does not look for them.
   */
  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void;
}
