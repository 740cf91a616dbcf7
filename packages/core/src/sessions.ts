/**
 * All sessions of a server, as adapters, operators and apps see them.
 *
 * An adapter calls `admit` for each upgrade request and `open` for each connection. An operator drains, revokes and counts.
 * `live-sessions.ts` implements it. Proven by: test/session/*.test.ts, test/admission/*.test.ts, test/context-types.test.ts.
 */
import type { Credentials, Protocol } from '@sallyport/protocol';
import type { Admission } from './admission/admission.ts';
import type { RequestOptions, RequestReader, RequestReading } from './admission/request-reader.ts';
import type { UpgradeRequest } from './admission/upgrade-request.ts';
import type { LimitChanges, Limits } from './limits.ts';
import type { StateName } from './machine/machine.ts';
import type { Session } from './ports/application.ts';
import type { Connection, NewPeer, Receiver } from './ports/connection.ts';
import type { RevocationOutcome } from './ports/control.ts';
import type { Counters, SessionWatcher } from './ports/observer.ts';

/**
 * All sessions of a server. Iterating over it yields the sessions that have not ended.
 *
 * A function that takes the sessions of any server names the type of their context:
 * `function count<Context>(sessions: Sessions<Context>)`. TypeScript refuses `Sessions` without it for sessions with a context.
 */
export interface Sessions<Context = unknown, Claims = unknown> {
  /** The limits in service, with their defaults filled in. `changeLimits` changes this object. */
  readonly limits: Limits;
  /** Counters for metrics. */
  readonly counters: Readonly<Counters>;
  /** The number of sessions that have not ended. */
  readonly size: number;
  /** The number of sessions in each state. Each call counts them anew. */
  countByState(): Partial<Record<StateName, number>>;
  /** The bytes that were sent to clients and have not left the process. Each call counts them anew. */
  countUnsentBytes(): number;
  /**
   * Makes a reader of upgrade requests, for an adapter that has the options `context` and `credentials`. Undefined if both are
   * absent. `isSecure` says whether the adapter's server itself speaks TLS. Throws a `UsageError` that names the first wrong option.
   */
  requestReader(options: RequestOptions<Context>, isSecure: boolean): RequestReader | undefined;
  /** Decides on an upgrade request. With `reading`, an accepted request is also read for the app. */
  admit(request: UpgradeRequest, reading?: RequestReading): Admission<Context>;
  /**
   * Whether the server answers to this `Host` (see `allowedHosts`). `admit` checks it itself. A server of plain HTTP on the same
   * port should check it too.
   */
  answersTo(host: string | undefined): boolean;
  /**
   * The client's address of a plain HTTP request: the peer's own, or the one that `trustedProxies` report in `X-Forwarded-For`.
   */
  clientAddress(address: string, forwardedFor: string | undefined): string;
  /**
   * Makes the session of a new connection, and calls no method of the connection. The adapter calls `opened()` of the result
   * next. `credentials` came with the upgrade request; the session takes them right after it has opened.
   */
  open(
    connection: Connection,
    peer: NewPeer<Context>,
    protocol?: Protocol,
    credentials?: Credentials,
  ): Receiver;
  /** Refuses every new connection, and ends every session after its pending replies. Resolves when all sessions have ended. */
  drain(): Promise<void>;
  /**
   * Yields the sessions of a user that have not ended, in the order of their sign-ins. The first call, here or of `revoke`, makes an
   * index of all sessions; from then on neither looks at the sessions of other users.
   */
  of(user: string): IterableIterator<Session<Context, Claims>>;
  /**
   * Ends the user's sessions (close code 4403), and voids pending sign-ins of that user: here at once, and on every server that shares the
   * broker of the channels, also on one that is cut off now, as soon as it is back. Resolves with how far it has come: `everywhere`, always
   * so without a broker, or `hereOnly`, if the broker does not have it yet; it is tried again while the process runs. Never rejects.
   */
  revoke(user: string): Promise<RevocationOutcome>;
  /**
   * Calls the handlers at each step of one session, until the session ends or the caller calls the function that this returns. Returns
   * undefined if the session has ended. Messages of a watched session cost a step of the machine each; those of other sessions cost nothing
   * more. Throws a `UsageError` for a handler that is not a function.
   */
  watch(session: Session<Context, Claims>, watcher: SessionWatcher): (() => void) | undefined;
  /**
   * Replaces the origins whose web pages may connect (the option `origins`). Open sessions stay. Throws a `UsageError`, and changes
   * nothing, if the list is not valid: a server that takes credentials from a cookie may list no origin that an attacker can write to.
   */
  changeOrigins(origins: readonly string[]): void;
  /**
   * Changes limits while the server runs: those that are given. `undefined` means the default. `authenticationMs` counts for sessions that open
   * later, the others at once. Throws a `UsageError` that names the first wrong limit, and then changes nothing.
   */
  changeLimits(changes: LimitChanges): void;
  /** Yields the sessions that have not ended. */
  [Symbol.iterator](): IterableIterator<Session<Context, Claims>>;
}
