/**
 * The sessions of one server: the set of those that have not ended, and the environment that they share. It opens, sweeps, drains,
 * revokes and ends them, without a socket.
 *
 * Proven by: test/session/*.test.ts (stories by name), test/invariants.test.ts (long random walks).
 */
import { Stepper } from '@sallyport/compile';
import {
  type Credentials,
  type Identity,
  jsonProtocol,
  type Protocol,
  textProtocol,
} from '@sallyport/protocol';
import { type Admission, defaultProtocol } from './admission/admission.ts';
import { AdmissionControl, type AdmissionServer } from './admission/admission-control.ts';
import type { RequestOptions, RequestReader, RequestReading } from './admission/request-reader.ts';
import type { UpgradeRequest } from './admission/upgrade-request.ts';
import { ControlLink } from './control-link.ts';
import { spread } from './drain.ts';
import { changeLimits, type LimitChanges, type Limits, resolveLimits } from './limits.ts';
import { logFault, reportFault } from './log-fault.ts';
import { compiledEngine, deliversDirectly, type Engine, type Snapshot } from './machine/engine.ts';
import { facts } from './machine/facts.ts';
import type { StateName } from './machine/machine.ts';
import { checkOptions, checkWatcher, type SessionsOptions } from './options.ts';
import { type Application, echo, type Session } from './ports/application.ts';
import type { Authenticator } from './ports/authenticator.ts';
import { type ChannelService, noChannels } from './ports/channels.ts';
import type { Clock } from './ports/clock.ts';
import type { Connection, NewPeer, Peer, Receiver } from './ports/connection.ts';
import type { RevocationOutcome } from './ports/control.ts';
import {
  type Counters,
  type Fault,
  type FaultSource,
  noCounts,
  type Observer,
  type SessionWatcher,
} from './ports/observer.ts';
import { type RequestHandler, unknownMethod } from './ports/requests.ts';
import type { OwnedSession, SessionEnvironment, SessionStepper } from './session/environment.ts';
import { unsentBytes } from './session/outbound.ts';
import { LiveSession } from './session/session.ts';
import { Watchers } from './session/watchers.ts';
import type { Sessions } from './sessions.ts';
import { Sweep } from './sweep.ts';
import { indexByUser, UserIndex } from './user-index.ts';

/**
 * Makes the sessions of a server. Throws a `UsageError` that names the first wrong option. `Context` is the type of `peer.context`,
 * which the adapter's option `context` returns. It flows to the authenticator, the application and the observer.
 */
export function createSessions<Context = unknown>(options: SessionsOptions<Context>): Sessions<Context>;
/**
 * The same with a type of claims: `createSessions<Context, Claims>(…)`, with `unknown` for a context that the app does not have. `Claims` is
 * the type of `identity.claims`, which the authenticator gives with every acceptance.
 */
// A form of its own: where a type of claims could be inferred, TypeScript would refuse authenticators that make a `new Promise` without its type.
export function createSessions<Context, Claims>(
  options: SessionsOptions<Context, Claims>,
): Sessions<Context, Claims>;
export function createSessions<Context, Claims>(
  options: SessionsOptions<Context, Claims>,
): Sessions<Context, Claims> {
  // The sessions pass a context and claims on and never look at them.
  const untyped = options as SessionsOptions;
  checkOptions(untyped);
  return new LiveSessions(untyped) as Sessions as Sessions<Context, Claims>;
}

class LiveSessions implements Sessions, SessionEnvironment, AdmissionServer {
  readonly limits: Limits;
  readonly authenticate: Authenticator;
  readonly application: Application;
  readonly requests: RequestHandler;
  readonly channels: ChannelService;
  readonly clock: Clock;
  readonly stepper: SessionStepper;
  readonly #engine: Engine;
  readonly observe: Observer;
  readonly watchers: Watchers;
  readonly protocols: readonly Protocol[];
  readonly counters: Counters = noCounts();
  drainDeadline = Number.POSITIVE_INFINITY;
  readonly #admission: AdmissionControl;
  readonly #control: ControlLink;
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
    this.watchers = new Watchers(this.observe, (error, session) => this.fault('observer', error, session));
    this.stepper = new Stepper(this.#engine, this.watchers);
    this.protocols = options.protocols ?? [textProtocol, jsonProtocol];
    this.limits = resolveLimits(options.limits ?? {}, this.protocols);
    this.#admission = new AdmissionControl(options, this);
    if (options.newestSignInWins) this.#users = new UserIndex();
    this.#onFault = options.onFault ?? logFault;
    const { pingMs, stallMs, replyMs, requestMs, idleMs, silenceMs } = this.limits;
    const finest = Math.min(pingMs, stallMs, replyMs, requestMs, idleMs, silenceMs ?? pingMs);
    this.#sessions = new Sweep(this.clock, finest, (swept, round) => this.#sweep(swept, round));
    const lookup = { all: () => this.#oldestFirst(), users: () => this.#indexed() };
    this.#control = new ControlLink(this, lookup, options.newestSignInWins ?? false);
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

  countUnsentBytes(): number {
    let bytes = 0;
    for (const session of this.#sessions) if (session.backlog) bytes += unsentBytes(session);
    return bytes;
  }

  requestReader(options: RequestOptions, isSecure: boolean): RequestReader | undefined {
    return this.#admission.requestReader(options, isSecure);
  }

  admit(request: UpgradeRequest, reading?: RequestReading): Admission {
    return this.#admission.admit(request, reading);
  }

  answersTo(host: string | undefined): boolean {
    return this.#admission.hosts.answersTo(host);
  }

  clientAddress(address: string, forwardedFor: string | undefined): string {
    return this.#admission.clientAddress(address, forwardedFor);
  }

  open(
    connection: Connection,
    peer: NewPeer,
    protocol: Protocol = defaultProtocol(this.protocols),
    credentials?: Credentials,
  ): Receiver {
    this.#lastId += 1;
    const session = new LiveSession(this.#lastId, peer as Peer, connection, protocol, this);
    this.#sessions.add(session);
    this.#users?.opened(session);
    this.#admission.unauthenticatedLimit.add(peer.address);
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
    spread(this.#oldestFirst(), limits.drainMs / 2, clock, (session) => session.take(facts.drainBegan));
    if (this.size === 0) this.#whenEmpty?.();
    return this.#drained;
  }

  revoke(user: string): Promise<RevocationOutcome> {
    return this.#control.revokeEverywhere(user);
  }

  watch(handle: Session, watcher: SessionWatcher): (() => void) | undefined {
    checkWatcher(watcher);
    for (const session of this.#sessions)
      if (session.handle === handle) return this.watchers.add(session, watcher);
    return undefined;
  }

  changeOrigins(origins: readonly string[]): void {
    this.#admission.changeOrigins(origins);
  }

  changeLimits(changes: LimitChanges): void {
    changeLimits(this.limits, changes);
  }

  // --- SessionEnvironment: for the sessions.

  signedIn(session: LiveSession, { user }: Identity): readonly LiveSession[] {
    this.#admission.unauthenticatedLimit.remove(session.peer.address);
    const older = this.#control.newestSignInWins ? this.#indexed().of(user) : [];
    this.#users?.signedIn(session, user);
    this.#control.signedIn(session);
    return older;
  }

  ended(session: LiveSession): boolean {
    if (!this.#sessions.delete(session)) return false;
    this.watchers.forget(session);
    const { identity, peer } = session;
    if (!identity) this.#admission.unauthenticatedLimit.remove(peer.address);
    this.#users?.ended(session, identity?.user);
    this.counters.closed += 1;
    if (this.size === 0) {
      this.#sessions.stop();
      this.#whenEmpty?.();
    }
    return true;
  }

  deliversDirectly(snapshot: Snapshot, session: OwnedSession): boolean {
    return !this.watchers.getsStepsOf(session) && deliversDirectly(this.#engine, snapshot);
  }

  fault(source: FaultSource, error: unknown, session: OwnedSession | undefined): void {
    this.counters.faults += 1;
    reportFault(this.#onFault, { source, error, session: session?.handle });
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

  /** The sweep keeps the sessions in another order. */
  #oldestFirst(): LiveSession[] {
    return [...this.#sessions].sort((one, other) => one.id - other.id);
  }

  #indexed(): UserIndex<LiveSession> {
    this.#users ??= indexByUser(this.#oldestFirst());
    return this.#users;
  }
}
