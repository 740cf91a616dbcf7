/**
 * The observer: a port for logs, metrics, recording and inspection.
 *
 * An absent handler costs nothing. An error in a handler, or a rejection, is a fault, and the session goes on. Core does not
 * wait for an `async` handler.
 */
import type { Credentials, Reason } from '@sallyport/protocol';
import type { UpgradeRequest } from '../admission/upgrade-request.ts';
import type { Command } from '../machine/commands.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { Session } from './application.ts';
import type { PeerAddress } from './connection.ts';

/** How a session ended. */
export interface Ending {
  /** Why the session ended. */
  readonly reason: Reason;
  /** The code of the first close frame: the server's if it closed first, else the client's. 1006 if there was none. */
  readonly code: number;
  /** Milliseconds from the opening to the end. */
  readonly openMs: number;
}

/** Handlers for events of sessions. All are optional. */
export interface Observer<Context = unknown, Claims = unknown> {
  /**
   * An upgrade request was refused with this HTTP status. There is no session. The request has no cookie, no query, and no token of
   * a subprotocol that `credentials` names.
   */
  upgradeRefused?(request: UpgradeRequest, status: number, peer: PeerAddress): void;
  /** A connection opened, and its session started. */
  opened?(session: Session<Context, Claims>): void;
  /** The authenticator is about to check credentials. They hold a secret: do not log them. */
  verifying?(session: Session<Context, Claims>, credentials: Credentials): void;
  /** Credentials were refused before the acceptance. `attemptsLeft` is 0 at the last refusal. */
  refused?(session: Session<Context, Claims>, attemptsLeft: number): void;
  /** Credentials were not checked. The client may send the same again after `retryInMs` milliseconds. Includes refreshes. */
  postponed?(session: Session<Context, Claims>, retryInMs: number): void;
  /** The client signed in. */
  authenticated?(session: Session<Context, Claims>): void;
  /** Fresh credentials of the same user were accepted. */
  refreshed?(session: Session<Context, Claims>): void;
  /**
   * Fresh credentials were not accepted, and the session goes on with its identity: they were refused, the authenticator failed, or it
   * took too long. A refusal that uses up the last attempt ends the session, and only `closed` tells of it.
   */
  refreshFailed?(
    session: Session<Context, Claims>,
    error: 'refreshRefused' | 'refreshFailed' | 'refreshTimedOut',
  ): void;
  /** The session ended. Called once, after every other handler. */
  closed?(session: Session<Context, Claims>, ending: Ending): void;
  /** The machine is about to take a fact. Called for every message. Facts may hold credentials. */
  fact?(session: Session<Context, Claims>, fact: Fact): void;
  /** The machine went from one state to another. */
  transition?(session: Session<Context, Claims>, from: StateName, to: StateName): void;
  /** The session is about to run a command. Called for every message. Commands may hold credentials. */
  command?(session: Session<Context, Claims>, command: Command): void;
}

/** Handlers for the steps of one session, for `Sessions.watch`. All are optional. An error in one is a fault, and the session goes on. */
export interface SessionWatcher {
  /** The machine is about to take a fact. Facts may hold credentials. */
  readonly fact?: ((fact: Fact) => void) | undefined;
  /** The machine went from one state to another. */
  readonly transition?: ((from: StateName, to: StateName) => void) | undefined;
  /** The session is about to run a command. Commands may hold credentials. */
  readonly command?: ((command: Command) => void) | undefined;
}

/** The names of all handlers. A missing one does not compile. */
const handlers: Readonly<Record<keyof Observer, true>> = {
  upgradeRefused: true,
  opened: true,
  verifying: true,
  refused: true,
  postponed: true,
  authenticated: true,
  refreshed: true,
  refreshFailed: true,
  closed: true,
  fact: true,
  transition: true,
  command: true,
};
export const handlerNames = Object.keys(handlers) as readonly (keyof Observer)[];

/** The handlers that get a session. */
export type SessionHandler = Exclude<keyof Observer, 'upgradeRefused'>;

/** The arguments of a handler after the session. */
export type DetailsOf<Name extends SessionHandler> =
  Parameters<Required<Observer>[Name]> extends [Session, ...infer Details] ? Details : never;

/** Calls the handler, if there is one. Returns its promise if it is `async`. */
export function notify<Name extends SessionHandler>(
  observer: Observer,
  name: Name,
  session: Session,
  details: DetailsOf<Name>,
): PromiseLike<unknown> | undefined {
  const handler = observer[name] as ((session: Session, ...details: unknown[]) => unknown) | undefined;
  return promiseOf(handler?.call(observer, session, ...details));
}

/** The promise of an `async` handler. Its rejection must be caught, because an unhandled one ends the process. */
export function promiseOf(result: unknown): PromiseLike<unknown> | undefined {
  return isPromiseLike(result) ? result : undefined;
}

/** The code that failed. `session` stands for the engine and the clock; their errors end the session. */
export type FaultSource =
  | 'application'
  | 'authenticator'
  | 'channels'
  | 'connection'
  | 'context'
  | 'observer'
  | 'protocol'
  | 'requests'
  | 'session';

/** An error that core caught in user code or in an adapter. */
export interface Fault<Context = unknown, Claims = unknown> {
  /** The code that failed. */
  readonly source: FaultSource;
  /** The value that was thrown or rejected. */
  readonly error: unknown;
  /** The session concerned. Undefined for an error outside a session. */
  readonly session: Session<Context, Claims> | undefined;
}

/** Counters since `createSessions`. None ever decreases. */
export interface Counters {
  /** Refused upgrade requests. */
  upgradeRefused: number;
  /** Sessions that opened. */
  opened: number;
  /** Sessions that ended. */
  closed: number;
  /** Sign-ins; refreshes do not count. */
  authenticated: number;
  /** Refused attempts to sign in. */
  refused: number;
  /** Attempts that were not checked, refreshes included. `refused` does not include them. */
  postponed: number;
  /** Messages from clients. */
  messagesReceived: number;
  /** Bytes of messages from clients. */
  bytesReceived: number;
  /** Messages and answers that were sent to clients. */
  messagesSent: number;
  /** Bytes of frames of messages and answers that left, their headers included, as the adapters report them. */
  bytesSent: number;
  /** Messages that came in after the session stopped reading. */
  messagesIgnored: number;
  /** Replies and messages for a client that was not signed in or had closed. */
  messagesUnsent: number;
  /** Requests, and operations on channels, that were answered with a result. */
  requestsServed: number;
  /** Requests, and operations on channels, that were answered with an error. */
  requestsFailed: number;
  /** Errors that core caught in user code or in adapters. */
  faults: number;
}

/** The counters of a server that has just started. */
export function noCounts(): Counters {
  return {
    upgradeRefused: 0,
    opened: 0,
    closed: 0,
    authenticated: 0,
    refused: 0,
    postponed: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    messagesSent: 0,
    bytesSent: 0,
    messagesIgnored: 0,
    messagesUnsent: 0,
    requestsServed: 0,
    requestsFailed: 0,
    faults: 0,
  };
}
