/** A client's session, as a program has it: what it is, what it tells, and what can be done with it. */
import type { Data } from '@sallyport/protocol';
import type { Fact, Why } from './facts.ts';
import type { StateName } from './machine.ts';
import type { CredentialsSource } from './questions.ts';

export type SessionState =
  | 'connecting'
  | 'authenticating'
  | 'ready'
  | 'waiting'
  | 'signedOut'
  | 'closing'
  | 'closed';

export interface StateChange {
  readonly state: SessionState;
  /** Why the session is not ready, once something has happened to it. */
  readonly why: Why | undefined;
  /** Until the next attempt, while it waits for one. */
  readonly retryInMs: number | undefined;
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
  /** Messages go here instead of to `for await` while somebody listens. */
  message: Data;
};

/** A session as a program has it. */
export interface Session extends AsyncIterable<Data, undefined> {
  readonly state: SessionState;
  /** The innermost state of the machine, such as `ready.steady`. */
  readonly path: StateName;
  readonly why: Why | undefined;
  /** Who is signed in, where the protocol says so. */
  readonly user: string | undefined;
  /** Resolves when signed in; a new one after each loss. Rejects with a `NotReadyError` if there will be no sign-in. */
  readonly ready: Promise<void>;
  /** Resolves when it is closed for good, with why. */
  readonly closed: Promise<Why>;
  /** Throws a `NotSentError`. What was sent is not sent again after a loss: whether it arrived is not known. */
  send(message: Data): void;
  close(): void;
  /** Connects now, where it waits or is signed out; with other credentials, if there are any. */
  resume(credentials?: CredentialsSource): void;
  /** Returns what ends it. */
  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void;
}
