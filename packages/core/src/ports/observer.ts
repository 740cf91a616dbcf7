/**
 * The observer: a port. Logs, metrics, recording and inspection hang on it, and nothing else does.
 *
 * A handler that is absent costs nothing. One that throws, or rejects later, harms nobody: that is a fault, and the step
 * goes on. Nobody waits for one that is `async`.
 */
import type { Credentials, Reason } from '@sallyport/protocol';
import type { UpgradeRequest } from '../admission/upgrade-request.ts';
import type { Command } from '../machine/commands.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { Session } from './application.ts';
import type { Peer } from './connection.ts';

/** How a session ended. */
export interface Ending {
  readonly reason: Reason;
  /** Of the close frame: ours if we closed first, else what the transport saw. 1006 if there was none. */
  readonly code: number;
  /** Milliseconds from the opening. */
  readonly openMs: number;
}

export interface Observer {
  /** An upgrade request was refused with this HTTP status; there is no session. */
  upgradeRefused?(request: UpgradeRequest, status: number, peer: Peer): void;
  opened?(session: Session): void;
  /** The authenticator is asked. Mind what is written down: credentials hold a secret. */
  verifying?(session: Session, credentials: Credentials): void;
  refused?(session: Session, attemptsLeft: number): void;
  /** The credentials were not looked at; the client may send the same again after `retryInMs` milliseconds. Refreshes too. */
  postponed?(session: Session, retryInMs: number): void;
  authenticated?(session: Session): void;
  refreshed?(session: Session): void;
  /** Once, after everything else. */
  closed?(session: Session, ending: Ending): void;
  /** Before the machine takes it. Called for every message. */
  fact?(session: Session, fact: Fact): void;
  transition?(session: Session, from: StateName, to: StateName): void;
  /** Before it is run. Called for every message. */
  command?(session: Session, command: Command): void;
}

/** All handlers there are; one that is missing here does not compile. */
const handlers: Readonly<Record<keyof Observer, true>> = {
  upgradeRefused: true,
  opened: true,
  verifying: true,
  refused: true,
  postponed: true,
  authenticated: true,
  refreshed: true,
  closed: true,
  fact: true,
  transition: true,
  command: true,
};
export const handlerNames = Object.keys(handlers) as readonly (keyof Observer)[];

/** The handlers that are about a session. */
export type SessionHandler = Exclude<keyof Observer, 'upgradeRefused'>;

/** What a handler is told besides the session. */
export type DetailsOf<Name extends SessionHandler> =
  Parameters<Required<Observer>[Name]> extends [Session, ...infer Details] ? Details : never;

/** What the handler returned, if it settles later. */
export function notify<Name extends SessionHandler>(
  observer: Observer,
  name: Name,
  session: Session,
  details: DetailsOf<Name>,
): PromiseLike<unknown> | undefined {
  const handler = observer[name] as ((session: Session, ...details: unknown[]) => unknown) | undefined;
  return promiseOf(handler?.call(observer, session, ...details));
}

/** An `async` handler is a handler too; nobody waits for it, but a rejection that nobody hears ends the process. */
export function promiseOf(result: unknown): PromiseLike<unknown> | undefined {
  return isPromiseLike(result) ? result : undefined;
}

/** Where something that is not the core's own went wrong; `session` if that was the engine or the clock, which end it. */
export type FaultSource =
  | 'application'
  | 'authenticator'
  | 'connection'
  | 'observer'
  | 'protocol'
  | 'session';

export interface Fault {
  readonly source: FaultSource;
  readonly error: unknown;
  /** None where it was about no session. */
  readonly session: Session | undefined;
}

/** Plain counters since `createSessions`, to be read when scraped; none of them ever goes down. */
export interface Counters {
  /** Upgrade requests that were refused. */
  upgradeRefused: number;
  opened: number;
  closed: number;
  authenticated: number;
  refused: number;
  /** Attempts that were not looked at, and are counted nowhere else. Refreshes too. */
  postponed: number;
  messagesReceived: number;
  bytesReceived: number;
  messagesSent: number;
  /** Messages that came in when nothing was taken any more. */
  messagesIgnored: number;
  /** Replies and messages for a client that was gone. */
  messagesUnsent: number;
  faults: number;
}
