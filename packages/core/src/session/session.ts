/**
 * A session runs the machine and its commands. It is the adapter's `Receiver`. It turns events of the ports into facts, and
 * leaves every decision to `machine.ts`. The stepper of `@sallyport/compile` drives it.
 *
 * After the adapter has called `closed`, the session calls no method of the connection, not even in the rest of the running
 * step. It catches and reports the errors of applications, authenticators, observers, protocols and adapters.
 *
 * `input.ts`, `delivery.ts` and `output.ts` have the way of a message. They are functions of the session, and the session has no
 * private method, because each object of a class with one is 8 bytes larger.
 *
 * Proven by: test/session/*.test.ts (stories by name), test/invariants.test.ts (long random walks).
 */
import type { Stepped } from '@sallyport/compile';
import {
  type Answer,
  cutReason,
  type Data,
  type Identity,
  type Message,
  type Protocol,
  type Reason,
  type RequestError,
  reasonOfPeerClose,
  reasons,
} from '@sallyport/protocol';
import type { Command } from '../machine/commands.ts';
import { type Snapshot, stateName } from '../machine/engine.ts';
import { type Fact, facts, type Timer, timedOut } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import type { Reply, Session } from '../ports/application.ts';
import type { ChannelRequest, Subscriber } from '../ports/channels.ts';
import type { Connection, Peer, Receiver, SendResult } from '../ports/connection.ts';
import {
  type DetailsOf,
  type Ending,
  type FaultSource,
  notify,
  type SessionHandler,
} from '../ports/observer.ts';
import type { IncomingRequest } from '../ports/requests.ts';
import { deliver, reply } from './delivery.ts';
import { durationOf } from './durations.ts';
import type { SessionEnvironment } from './environment.ts';
import { type HandleOwner, SessionHandle } from './handle.ts';
import { heartbeatOf } from './heartbeat.ts';
import {
  abandon,
  callService,
  forgetIfEmpty,
  type HeldOwner,
  onEnd,
  openSubscriber,
  refreshed,
  requestsOf,
  serve,
} from './held.ts';
import type { Inbox } from './inbox.ts';
import { type InputOwner, nextWaiting, receive } from './input.ts';
import { Outbound, type OutboundOwner } from './outbound.ts';
import { respond, send, transmitShared } from './output.ts';
import type { Rate } from './rate.ts';
import type { Replies } from './replies.ts';
import { reportAnswer } from './report-answer.ts';
import type { RequestAnswer } from './requests.ts';
import { flagsBeforeStart, flagsOf, flagsWhenEnded, type StateFlags } from './state-flags.ts';
import type { Held } from './subscriber.ts';
import { Timers } from './timers.ts';
import { Verification, type VerificationOwner } from './verification.ts';
import { hasExpired } from './wall-expiry.ts';

/** The code of a connection that closed without a close frame (RFC 6455, 7.1.5). */
const CUT = 1006;

type Owner = HandleOwner & InputOwner & HeldOwner & VerificationOwner & OutboundOwner;

export class LiveSession implements Receiver, Stepped<Snapshot, Fact, Command>, Owner {
  readonly id: number;
  readonly peer: Peer;
  /** The session as user code sees it. One object for life. */
  readonly handle: Session;
  readonly environment: SessionEnvironment;
  readonly protocol: Protocol;
  readonly outbound: Outbound;
  readonly #openedAt: number;
  #identity: Identity | undefined;
  /** Why the session ends, and the code of the close frame. The first reason stays. */
  #ending: Omit<Ending, 'openMs'> | undefined;

  // The stepper's.
  snapshot: Snapshot | undefined;
  isStepping = false;
  arrived: Fact[] | undefined;
  flags: StateFlags = flagsBeforeStart;

  // Made when needed, and dropped afterwards: an idle session has none of these.
  inbox: Inbox | undefined;
  #timers: Timers | undefined;
  #verification: Verification | undefined;
  replies: Replies | undefined;
  held: Held;
  rate: Rate | undefined;
  /** When the client last gave a sign of life, in the time of the sweep. */
  heardAt: number;
  /** When the last message came, in the time of the sweep. */
  messageAt: number;

  constructor(
    id: number,
    peer: Peer,
    connection: Connection,
    protocol: Protocol,
    environment: SessionEnvironment,
  ) {
    this.id = id;
    this.peer = peer;
    this.environment = environment;
    this.protocol = protocol;
    this.outbound = new Outbound(connection, this);
    this.handle = new SessionHandle(this);
    this.#openedAt = Math.floor(environment.clock.now());
    this.heardAt = environment.sweptMs;
    this.messageAt = environment.sweptMs;
  }

  // --- For the handle.

  get state(): StateName {
    return this.snapshot ? stateName(this.snapshot) : 'authenticating.awaitingCredentials';
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** Throws a `UsageError` if the `data` of the message is not JSON. */
  sendMessage(message: Message): SendResult | 'closed' {
    if (this.flags.isOpen && this.#identity && !this.outbound.isClosed)
      return send(this, { type: 'message', message });
    this.environment.counters.messagesUnsent += 1;
    return 'closed';
  }

  closeByApplication(text: string | undefined): void {
    this.take(text === undefined ? { type: 'application.closed' } : { type: 'application.closed', text });
  }

  onEnd(listener: () => void): void {
    onEnd(this, listener);
  }

  get openSubscriber(): Subscriber | undefined {
    return openSubscriber(this);
  }

  // --- Receiver: for the adapter.

  opened(): void {
    if (this.snapshot) return;
    this.observe('opened');
    this.environment.stepper.start(this, this.environment.limits);
  }

  receive(data: Data, byteLength: number): void {
    receive(this, data, byteLength);
  }

  buffered(): void {
    if (this.outbound.buffered() === 'dropped') this.take(facts.connectionStalled);
  }

  drained(): void {
    this.outbound.drained();
  }

  ponged(): void {
    this.heardAt = this.environment.sweptMs;
  }

  closed(code: number): void {
    if (this.outbound.isClosed) return;
    this.outbound.closed();
    this.recordEnding(reasonOfPeerClose(code), code);
    this.take(facts.connectionClosed);
  }

  // --- For the environment.

  take(fact: Fact): void {
    this.environment.stepper.take(this, fact);
  }

  fault(source: FaultSource, error: unknown): void {
    this.environment.fault(source, error, this);
  }

  /** Ends the session if it is this user's, and voids a pending acceptance of this user. */
  revoke(user: string): void {
    if (this.#identity?.user === user) this.take(facts.sessionRevoked);
    else this.#verification?.revoke(user);
  }

  /** Runs about every second, and checks the limits that need not be exact. */
  swept(isPingDue: boolean, wallNow: number | undefined): void {
    const { sweptMs: now, limits } = this.environment;
    if (this.replies && now - this.replies.oldest >= limits.replyMs) {
      this.replies.discard();
      this.failed(new Error(`the application has not answered for ${limits.replyMs} ms`));
    }
    if (this.held) requestsOf(this)?.swept();
    if (this.outbound.stalledMs() >= limits.stallMs) this.take(facts.connectionStalled);
    if (this.flags.isOpen && hasExpired(this.#identity, wallNow)) this.take(timedOut.expiry);
    const heartbeat = heartbeatOf(this.protocol, limits, this.flags);
    if (now - this.heardAt >= (limits.silenceMs ?? this.protocol.defaultLimits.silenceMs))
      this.take(facts.connectionSilent);
    else if (this.flags.isOpen && now - this.messageAt >= limits.idleMs) this.take(facts.sessionIdled);
    else if (isPingDue && this.outbound.ping(heartbeat) === 'dropped') this.take(facts.connectionStalled);
  }

  /** Calls a handler. A rejection of an `async` handler is a fault, as an error is. The session does not wait for it. */
  observe<Name extends SessionHandler>(name: Name, ...details: DetailsOf<Name>): void {
    try {
      const later = notify(this.environment.observe, name, this.handle, details);
      later?.then(undefined, (error) => this.fault('observer', error));
    } catch (error) {
      this.fault('observer', error);
    }
  }

  // --- For the outbound side, the replies and the requests.

  get now(): number {
    return this.environment.sweptMs;
  }

  get maxUnsentBytes(): number {
    return this.environment.limits.unsentBytes;
  }

  callApplication(message: Message): Reply | PromiseLike<Reply> {
    return this.environment.application(message, this.handle);
  }

  reply(given: Reply | RequestError): void {
    reply(this, given);
  }

  failed(error: unknown): void {
    this.fault('application', error);
    this.take(facts.applicationFailed);
  }

  settled(): void {
    this.replies = undefined;
    this.reportIfSettled();
  }

  callHandler(request: IncomingRequest): unknown {
    return this.environment.requests(request, this.handle);
  }

  callService(request: ChannelRequest): unknown {
    return callService(this, request);
  }

  respond(given: RequestAnswer): boolean {
    return respond(this, given);
  }

  answered(): void {
    forgetIfEmpty(this);
    this.reportIfSettled();
  }

  sendEncoded(data: Data): SendResult | 'closed' {
    if (this.flags.isOpen && !this.outbound.isClosed) return transmitShared(this, data);
    this.environment.counters.messagesUnsent += 1;
    return 'closed';
  }

  // --- Stepped: for the stepper.

  get isOver(): boolean {
    return this.flags.isOver;
  }

  entered(before: Snapshot | undefined): void {
    const after = this.snapshot as Snapshot;
    this.flags = flagsOf(after, this.environment.deliversDirectly(after));
    if (!this.flags.isListening) this.inbox = undefined;
    if (!this.flags.isOpen) this.replies?.discard();
    // Building the name of a state costs time, so only where an observer needs it.
    if (!before || !this.environment.observe.transition) return;
    const [from, to] = [stateName(before), stateName(after)];
    if (from !== to) this.observe('transition', from, to);
  }

  stepped(): void {
    if (this.flags.isOver) this.end();
  }

  next(): Fact | undefined {
    return nextWaiting(this);
  }

  /** Fails closed: cuts the connection. Timers that still run do nothing. */
  broken(error: unknown): void {
    this.flags = flagsWhenEnded;
    this.fault('session', error);
    this.recordEnding('applicationFailed', CUT);
    this.#verification?.abandon();
    this.replies?.discard();
    abandon(this);
    this.outbound.terminate();
    this.end();
  }

  run(command: Command): void {
    switch (command.type) {
      case 'deliver':
        deliver(this, command.message);
        break;
      case 'answer':
        this.answer(command.answer);
        break;
      case 'serve':
        serve(this, command);
        break;
      case 'cancel':
        requestsOf(this)?.cancel(command.id);
        break;
      case 'abandonRequests':
        abandon(this);
        break;
      case 'verify':
        this.observe('verifying', command.credentials);
        this.#verification = new Verification(command.attempt, this);
        this.#verification.start(this.environment, command.credentials);
        break;
      case 'abandon':
        this.#verification?.abandon();
        this.#verification = undefined;
        break;
      case 'setIdentity':
        this.#identity = command.identity;
        break;
      case 'settle':
        this.reportIfSettled();
        break;
      case 'close':
        this.outbound.close(
          this.recordEnding(command.reason, reasons[command.reason].code),
          cutReason(command.text ?? reasons[command.reason].text),
        );
        break;
      case 'terminate':
        this.recordEnding(command.reason, reasons[command.reason].code);
        this.outbound.terminate();
        break;
      case 'arm':
        this.arm(command);
        break;
      case 'disarm':
        this.disarm(command.timer);
        break;
    }
  }

  // --- Longer commands.

  /** Sends first: a message that an observer sends comes after the answer. */
  answer(answer: Answer): void {
    send(this, answer);
    if (answer.type === 'accepted') this.messageAt = this.environment.sweptMs;
    reportAnswer(answer, this, this.environment);
    if (answer.type === 'refreshed') refreshed(this);
  }

  /** While the server drains, the session waits until everything is answered. */
  reportIfSettled(): void {
    if (this.flags.isRefusing && !this.replies && !requestsOf(this)?.isPending)
      this.take(facts.repliesSettled);
  }

  end(): void {
    if (!this.environment.ended(this) || !this.environment.observe.closed) return;
    const openMs = Math.floor(this.environment.clock.now()) - this.#openedAt;
    this.observe('closed', { ...(this.#ending as Ending), openMs });
  }

  /** Starts a timer, unless it would never end. */
  arm(command: Extract<Command, { type: 'arm' }>): void {
    const { timer } = command;
    const ms = timer === 'expiry' ? command.ms : durationOf(timer, this.environment, this.protocol);
    this.disarm(timer);
    // An authenticator that answers at once needs no timer either.
    if (ms === Number.POSITIVE_INFINITY || (timer === 'verification' && this.#verification?.isSettled))
      return;
    this.#timers ??= new Timers(this.environment.clock, this);
    this.#timers.arm(timer, ms);
  }

  disarm(timer: Timer): void {
    this.#timers?.disarm(timer);
    if (this.#timers?.size === 0) this.#timers = undefined;
  }

  /** Keeps the first reason and code, and returns that code. */
  recordEnding(reason: Reason, code: number): number {
    this.#ending ??= { reason, code };
    return this.#ending.code;
  }
}
