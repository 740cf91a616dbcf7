/**
 * All sessions of a server, without a socket.
 *
 * An adapter calls `admit` for each upgrade request and `open` for each connection. An operator drains, revokes and counts.
 */
import { Stepper } from '@sallyport/compile';
import { type Identity, jsonProtocol, type Protocol, textProtocol } from '@sallyport/protocol';
import { type Admission, type AdmissionContext, admit, peerOf } from './admission/admission.ts';
import { Hosts } from './admission/hosts.ts';
import { Origins } from './admission/origins.ts';
import { Proxies } from './admission/proxies.ts';
import { UnauthenticatedLimit } from './admission/unauthenticated-limit.ts';
import type { UpgradeRequest } from './admission/upgrade-request.ts';
import { spread } from './drain.ts';
import { type Limits, resolveLimits } from './limits.ts';
import { logFault } from './log-fault.ts';
import { compiledEngine, type Engine } from './machine/engine.ts';
import { facts } from './machine/facts.ts';
import type { StateName } from './machine/machine.ts';
import { checkOptions, type SessionsOptions } from './options.ts';
import { type Application, echo, type Session } from './ports/application.ts';
import type { Authenticator } from './ports/authenticator.ts';
import type { Clock } from './ports/clock.ts';
import type { Connection, Peer, Receiver } from './ports/connection.ts';
import { type Counters, type Fault, type FaultSource, type Observer, promiseOf } from './ports/observer.ts';
import { type RequestHandler, unknownMethod } from './ports/requests.ts';
import type { OwnedSession, SessionEnvironment, SessionStepper } from './session/environment.ts';
import { LiveSession } from './session/session.ts';
import { Sweep } from './sweep.ts';

/** All sessions of a server. Iterating over it yields the sessions that have not ended. */
export interface Sessions {
  /** The limits, with their defaults filled in. */
  readonly limits: Limits;
  /** Counters for metrics. */
  readonly counters: Readonly<Counters>;
  /** The number of sessions that have not ended. */
  readonly size: number;
  /** The number of sessions in each state. Each call counts them anew. */
  countByState(): Partial<Record<StateName, number>>;
  /** Decides on an upgrade request. */
  admit(request: UpgradeRequest): Admission;
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
   * next.
   */
  open(connection: Connection, peer: Peer, protocol?: Protocol): Receiver;
  /** Refuses every new connection, and ends every session after its pending replies. Resolves when all sessions have ended. */
  drain(): Promise<void>;
  /** Ends the user's sessions (close code 4403), and voids pending sign-ins of that user. */
  revoke(user: string): void;
  /** Yields the sessions that have not ended. */
  [Symbol.iterator](): IterableIterator<Session>;
}

/** Makes the sessions of a server. Throws a `UsageError` that names the first wrong option. */
export function createSessions(options: SessionsOptions): Sessions {
  checkOptions(options);
  return new LiveSessions(options);
}

class LiveSessions implements Sessions, SessionEnvironment, AdmissionContext {
  readonly limits: Limits;
  readonly authenticate: Authenticator;
  readonly application: Application;
  readonly requests: RequestHandler;
  readonly clock: Clock;
  readonly stepper: SessionStepper;
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
  /** Only where `newestSignInWins`. */
  readonly #byUser: Map<string, LiveSession> | undefined;
  readonly #onFault: (fault: Fault) => void;
  readonly #sessions = new Set<LiveSession>();
  readonly #sweep: Sweep;
  #lastId = 0;
  #drained: Promise<void> | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: SessionsOptions) {
    this.authenticate = options.authenticate;
    this.application = options.application ?? echo;
    this.requests = options.requests ?? unknownMethod;
    this.clock = options.clock;
    this.observe = options.observe ?? {};
    this.stepper = stepperOf(options.engine ?? compiledEngine, this.observe);
    this.protocols = options.protocols ?? [textProtocol, jsonProtocol];
    this.limits = resolveLimits(options.limits ?? {}, this.protocols);
    this.origins = new Origins(options.origins ?? []);
    this.hosts = new Hosts(options.allowedHosts);
    this.unauthenticatedLimit = new UnauthenticatedLimit(this.limits, options.chance);
    this.#proxies = new Proxies(options.trustedProxies ?? []);
    this.#byUser = options.newestSignInWins ? new Map() : undefined;
    this.#onFault = options.onFault ?? logFault;
    const { pingMs, stallMs, replyMs, requestMs, idleMs, silenceMs } = this.limits;
    const finest = Math.min(pingMs, stallMs, replyMs, requestMs, idleMs, silenceMs ?? pingMs);
    this.#sweep = new Sweep(this.clock, finest, (round) => this.#sweepAll(round));
  }

  get size(): number {
    return this.#sessions.size;
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  get sweptMs(): number {
    return this.#sweep.nowMs;
  }

  *[Symbol.iterator](): IterableIterator<Session> {
    for (const { handle } of this.#sessions) yield handle;
  }

  countByState(): Partial<Record<StateName, number>> {
    const counts: Partial<Record<StateName, number>> = {};
    for (const { state } of this.#sessions) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  admit(request: UpgradeRequest): Admission {
    const peer = peerOf(request, this.#proxies);
    const admission = admit(request, peer, this);
    if ('protocol' in admission) return admission;
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

  open(connection: Connection, peer: Peer, protocol: Protocol = this.#defaultProtocol()): Receiver {
    this.#lastId += 1;
    const session = new LiveSession(this.#lastId, peer, connection, protocol, this);
    this.#sessions.add(session);
    this.unauthenticatedLimit.add(peer.address);
    this.counters.opened += 1;
    this.#sweep.start();
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
    spread([...this.#sessions], limits.drainMs / 2, clock, (session) => session.take(facts.drainBegan));
    if (this.size === 0) this.#whenEmpty?.();
    return this.#drained;
  }

  revoke(user: string): void {
    for (const session of [...this.#sessions]) session.revoke(user);
  }

  // --- SessionEnvironment: for the sessions.

  signedIn(session: LiveSession, { user }: Identity): void {
    this.unauthenticatedLimit.remove(session.peer.address);
    if (!this.#byUser) return;
    const older = this.#byUser.get(user);
    this.#byUser.set(user, session);
    older?.take(facts.sessionReplaced);
  }

  ended(session: LiveSession): boolean {
    if (!this.#sessions.delete(session)) return false;
    const { identity, peer } = session;
    if (!identity) this.unauthenticatedLimit.remove(peer.address);
    else if (this.#byUser?.get(identity.user) === session) this.#byUser.delete(identity.user);
    this.counters.closed += 1;
    if (this.size === 0) {
      this.#sweep.stop();
      this.#whenEmpty?.();
    }
    return true;
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

  /** Each session is pinged every `pingMs`, but not all of them in the same sweep. */
  #sweepAll(round: number): void {
    const roundsBetweenPings = Math.ceil(this.limits.pingMs / this.#sweep.periodMs);
    const wallNow = this.#wallNow();
    for (const session of [...this.#sessions])
      session.swept((round + session.id) % roundsBetweenPings === 0, wallNow);
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
