/**
 * All sessions of a server, without a socket.
 *
 * An adapter calls `admit` for each upgrade request and `open` for each connection. An operator drains, revokes and counts.
 */
import { Stepper } from '@sallyport/compile';
import {
  type Credentials,
  type Identity,
  jsonProtocol,
  type Protocol,
  textProtocol,
} from '@sallyport/protocol';
import { type Admission, type AdmissionContext, admit, peerOf, refusal } from './admission/admission.ts';
import { Hosts } from './admission/hosts.ts';
import { Origins } from './admission/origins.ts';
import { Proxies } from './admission/proxies.ts';
import { type RequestOptions, RequestReader, type RequestReading } from './admission/request-reader.ts';
import { UnauthenticatedLimit } from './admission/unauthenticated-limit.ts';
import type { UpgradeRequest } from './admission/upgrade-request.ts';
import { spread } from './drain.ts';
import { type Limits, resolveLimits } from './limits.ts';
import { logFault } from './log-fault.ts';
import { compiledEngine, deliversDirectly, type Engine, type Snapshot } from './machine/engine.ts';
import { facts } from './machine/facts.ts';
import type { StateName } from './machine/machine.ts';
import { checkOptions, type SessionsOptions } from './options.ts';
import { type Application, echo, type Session } from './ports/application.ts';
import type { Authenticator } from './ports/authenticator.ts';
import { type ChannelService, noChannels } from './ports/channels.ts';
import type { Clock } from './ports/clock.ts';
import type { Connection, NewPeer, Peer, Receiver } from './ports/connection.ts';
import { type Counters, type Fault, type FaultSource, type Observer, promiseOf } from './ports/observer.ts';
import { type RequestHandler, unknownMethod } from './ports/requests.ts';
import type { OwnedSession, SessionEnvironment, SessionStepper } from './session/environment.ts';
import { LiveSession } from './session/session.ts';
import { Sweep } from './sweep.ts';
import { UserIndex } from './user-index.ts';

/**
 * All sessions of a server. Iterating over it yields the sessions that have not ended.
 *
 * A function that takes the sessions of any server names the type of their context:
 * `function count<Context>(sessions: Sessions<Context>)`. TypeScript refuses `Sessions` without it for sessions with a context.
 */
export interface Sessions<Context = unknown> {
  /** The limits, with their defaults filled in. */
  readonly limits: Limits;
  /** Counters for metrics. */
  readonly counters: Readonly<Counters>;
  /** The number of sessions that have not ended. */
  readonly size: number;
  /** The number of sessions in each state. Each call counts them anew. */
  countByState(): Partial<Record<StateName, number>>;
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
  of(user: string): IterableIterator<Session<Context>>;
  /** Ends the user's sessions (close code 4403), and voids pending sign-ins of that user. */
  revoke(user: string): void;
  /** Yields the sessions that have not ended. */
  [Symbol.iterator](): IterableIterator<Session<Context>>;
}

/**
 * Makes the sessions of a server. Throws a `UsageError` that names the first wrong option. `Context` is the type of `peer.context`,
 * which the adapter's option `context` returns. It flows to the authenticator, the application and the observer.
 */
export function createSessions<Context = unknown>(options: SessionsOptions<Context>): Sessions<Context> {
  checkOptions(options as SessionsOptions);
  // The sessions pass a context on and never look at it.
  return new LiveSessions(options as SessionsOptions) as Sessions as Sessions<Context>;
}

class LiveSessions implements Sessions, SessionEnvironment, AdmissionContext {
  readonly limits: Limits;
  readonly authenticate: Authenticator;
  readonly application: Application;
  readonly requests: RequestHandler;
  readonly channels: ChannelService;
  readonly clock: Clock;
  readonly stepper: SessionStepper;
  readonly #engine: Engine;
  /** Whether an observer gets the facts or the commands. */
  readonly #observesSteps: boolean;
  readonly observe: Observer;
  readonly protocols: readonly Protocol[];
  readonly origins: Origins;
  readonly hosts: Hosts;
  readonly counters: Counters = {
    upgradeRefused: 0,
    opened: 0,
    closed: 0,
    authenticated: 0,
    refused: 0,
    postponed: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    messagesSent: 0,
    messagesIgnored: 0,
    messagesUnsent: 0,
    requestsServed: 0,
    requestsFailed: 0,
    faults: 0,
  };
  drainDeadline = Number.POSITIVE_INFINITY;
  readonly unauthenticatedLimit: UnauthenticatedLimit;
  readonly #proxies: Proxies;
  readonly #newestSignInWins: boolean;
  /** Made when it is first needed. */
  #users: UserIndex<LiveSession> | undefined;
  readonly #onFault: (fault: Fault) => void;
  readonly #sessions: Sweep<LiveSession>;
  #lastId = 0;
  #drained: Promise<void> | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: SessionsOptions) {
    this.authenticate = options.authenticate;
    this.application = options.application ?? echo;
    this.requests = options.requests ?? unknownMethod;
    this.channels = options.channels ?? noChannels;
    this.clock = options.clock;
    this.observe = options.observe ?? {};
    this.#engine = options.engine ?? compiledEngine;
    this.stepper = stepperOf(this.#engine, this.observe);
    this.#observesSteps = Boolean(this.observe.fact ?? this.observe.command);
    this.protocols = options.protocols ?? [textProtocol, jsonProtocol];
    this.limits = resolveLimits(options.limits ?? {}, this.protocols);
    this.origins = new Origins(options.origins ?? []);
    this.hosts = new Hosts(options.allowedHosts);
    this.unauthenticatedLimit = new UnauthenticatedLimit(this.limits, options.chance);
    this.#proxies = new Proxies(options.trustedProxies ?? []);
    this.#newestSignInWins = options.newestSignInWins ?? false;
    if (this.#newestSignInWins) this.#users = new UserIndex();
    this.#onFault = options.onFault ?? logFault;
    const { pingMs, stallMs, replyMs, requestMs, idleMs, silenceMs } = this.limits;
    const finest = Math.min(pingMs, stallMs, replyMs, requestMs, idleMs, silenceMs ?? pingMs);
    this.#sessions = new Sweep(this.clock, finest, (swept, round) => this.#sweep(swept, round));
  }

  get size(): number {
    return this.#sessions.size;
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  get sweptMs(): number {
    return this.#sessions.nowMs;
  }

  *[Symbol.iterator](): IterableIterator<Session> {
    for (const { handle } of this.#sessions) yield handle;
  }

  *of(user: string): IterableIterator<Session> {
    for (const session of this.#indexed().of(user)) if (this.#sessions.has(session)) yield session.handle;
  }

  countByState(): Partial<Record<StateName, number>> {
    const counts: Partial<Record<StateName, number>> = {};
    for (const { state } of this.#sessions) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  requestReader(options: RequestOptions, isSecure: boolean): RequestReader | undefined {
    if (options.context === undefined && options.credentials === undefined) return undefined;
    const { origins, protocols, limits } = this;
    return new RequestReader(options, { origins, protocols, limits, isSecure });
  }

  admit(given: UpgradeRequest, reading?: RequestReading): Admission {
    const peer = peerOf(given, this.#proxies);
    const decided = admit(given, peer, this);
    const admission = 'protocol' in decided && reading ? this.#read(decided, given, reading) : decided;
    if ('protocol' in admission) return admission;
    const request = reading?.reader.withoutSecrets(given) ?? given;
    this.counters.upgradeRefused += 1;
    try {
      const result: unknown = this.observe.upgradeRefused?.(request, admission.status, peer);
      promiseOf(result)?.then(undefined, (error) => this.fault('observer', error, undefined));
    } catch (error) {
      this.fault('observer', error, undefined);
    }
    return admission;
  }

  answersTo(host: string | undefined): boolean {
    return this.hosts.answersTo(host);
  }

  clientAddress(address: string, forwardedFor: string | undefined): string {
    return this.#proxies.clientOf(address, forwardedFor);
  }

  #read(
    admitted: Extract<Admission, { readonly peer: Peer }>,
    request: UpgradeRequest,
    { reader, raw }: RequestReading,
  ): Admission {
    const outcome = reader.read(admitted, request, raw);
    if ('protocol' in outcome) return outcome;
    if ('cause' in outcome) this.fault('context', outcome.cause, undefined);
    return refusal(outcome.status, outcome.text);
  }

  open(
    connection: Connection,
    peer: NewPeer,
    protocol: Protocol = this.#defaultProtocol(),
    credentials?: Credentials,
  ): Receiver {
    this.#lastId += 1;
    const session = new LiveSession(this.#lastId, peer as Peer, connection, protocol, this);
    this.#sessions.add(session);
    this.#users?.opened(session);
    this.unauthenticatedLimit.add(peer.address);
    this.counters.opened += 1;
    this.#sessions.start();
    // These facts wait until the session has opened.
    if (credentials) session.take({ type: 'credentials.received', credentials });
    if (this.isDraining) session.take(facts.drainBegan);
    return session;
  }

  drain(): Promise<void> {
    if (this.#drained) return this.#drained;
    const { limits, clock } = this;
    // First: code that runs during the drain may call `drain` again, or open a session.
    this.#drained = new Promise((resolve) => {
      this.#whenEmpty = resolve;
    });
    this.drainDeadline = clock.now() + limits.drainMs;
    const oldestFirst = [...this.#sessions].sort((one, other) => one.id - other.id);
    spread(oldestFirst, limits.drainMs / 2, clock, (session) => session.take(facts.drainBegan));
    if (this.size === 0) this.#whenEmpty?.();
    return this.#drained;
  }

  revoke(user: string): void {
    const users = this.#indexed();
    for (const session of [...users.of(user), ...users.unauthenticated]) session.revoke(user);
  }

  // --- SessionEnvironment: for the sessions.

  signedIn(session: LiveSession, { user }: Identity): readonly LiveSession[] {
    this.unauthenticatedLimit.remove(session.peer.address);
    const older = this.#newestSignInWins ? this.#indexed().of(user) : [];
    this.#users?.signedIn(session, user);
    return older;
  }

  ended(session: LiveSession): boolean {
    if (!this.#sessions.delete(session)) return false;
    const { identity, peer } = session;
    if (!identity) this.unauthenticatedLimit.remove(peer.address);
    this.#users?.ended(session, identity?.user);
    this.counters.closed += 1;
    if (this.size === 0) {
      this.#sessions.stop();
      this.#whenEmpty?.();
    }
    return true;
  }

  deliversDirectly(snapshot: Snapshot): boolean {
    return !this.#observesSteps && deliversDirectly(this.#engine, snapshot);
  }

  fault(source: FaultSource, error: unknown, session: OwnedSession | undefined): void {
    this.counters.faults += 1;
    try {
      const result: unknown = this.#onFault({ source, error, session: session?.handle });
      promiseOf(result)?.then(undefined, () => undefined);
    } catch {
      // An error of `onFault` itself cannot be reported anywhere.
    }
  }

  /** Each session is pinged every `pingMs`, but not all of them in the same round. */
  #sweep(swept: readonly LiveSession[], round: number): void {
    const roundsBetweenPings = Math.ceil(this.limits.pingMs / this.#sessions.periodMs);
    const wallNow = this.#wallNow();
    for (const session of swept) session.swept((round + session.id) % roundsBetweenPings === 0, wallNow);
  }

  /** Undefined where the clock does not tell it. */
  #wallNow(): number | undefined {
    try {
      return this.clock.wallNow?.();
    } catch (error) {
      this.fault('session', error, undefined);
      return undefined;
    }
  }

  #indexed(): UserIndex<LiveSession> {
    if (this.#users) return this.#users;
    this.#users = new UserIndex();
    for (const session of this.#sessions)
      if (session.identity) this.#users.signedIn(session, session.identity.user);
      else this.#users.opened(session);
    return this.#users;
  }

  #defaultProtocol(): Protocol {
    return (
      this.protocols.find(({ subprotocol }) => subprotocol === undefined) ?? (this.protocols[0] as Protocol)
    );
  }
}

/** Watches only where the observer has such a handler, so that other messages cost no extra call. */
function stepperOf(engine: Engine, observe: Observer): SessionStepper {
  return new Stepper(engine, {
    fact: observe.fact && ((session, fact) => session.observe('fact', fact)),
    command: observe.command && ((session, command) => session.observe('command', command)),
  });
}
