/**
 * A session: what it remembers, and the interfaces of its parts, which all lead to functions and objects beside this file. The adapter
 * has it as the `Receiver`, the stepper of `@sallyport/compile` drives it, and user code holds only its handle.
 *
 * It turns events of the ports into facts, and leaves every decision to `machine.ts`. `run-command.ts` runs what the machine commands.
 * `input.ts`, `delivery.ts`, `output.ts` and `outbound.ts` have the way of a message. They are functions of the session, and the
 * session has no private method, because each object of a class with one is 8 bytes larger.
 *
 * After the adapter has called `closed`, the session calls no method of the connection, not even in the rest of the running
 * step. It catches and reports the errors of applications, authenticators, observers, protocols and adapters.
 *
 * Proven by: test/session/*.test.ts (stories by name), test/invariants.test.ts (long random walks).
 */
import type { Stepped } from '@sallyport/compile';
import {
  type Data,
  type Identity,
  type Message,
  type Protocol,
  type RequestError,
  reasonOfPeerClose,
} from '@sallyport/protocol';
import type { Command } from '../machine/commands.ts';
import { type Snapshot, stateName } from '../machine/engine.ts';
import { type Fact, facts, timedOut } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import type { Reply, Session } from '../ports/application.ts';
import type { ChannelRequest, Subscriber } from '../ports/channels.ts';
import type { Connection, Peer, Receiver, SendResult } from '../ports/connection.ts';
import type { ControlledSession } from '../ports/control.ts';
import {
  type DetailsOf,
  type Ending,
  type FaultSource,
  notify,
  type SessionHandler,
} from '../ports/observer.ts';
import type { IncomingRequest } from '../ports/requests.ts';
import { reply } from './delivery.ts';
import { recordEnding, reportEnd } from './ending.ts';
import type { SessionEnvironment } from './environment.ts';
import { type HandleOwner, SessionHandle } from './handle.ts';
import {
  abandon,
  callService,
  forgetIfEmpty,
  type HeldOwner,
  isRequestPending,
  onEnd,
  openSubscriber,
} from './held.ts';
import type { Inbox } from './inbox.ts';
import { type InputOwner, nextWaiting, receive } from './input.ts';
import { type Backlog, buffered, closed, drained, hasClosed, terminate } from './outbound.ts';
import { respond, send, sendEncoded } from './output.ts';
import { type CheckedSession, checkLimits } from './periodic-checks.ts';
import type { Rate } from './rate.ts';
import type { Replies } from './replies.ts';
import type { RequestAnswer } from './requests.ts';
import { type CommandOwner, runCommand } from './run-command.ts';
import { flagsBeforeStart, flagsOf, flagsWhenEnded, type StateFlags } from './state-flags.ts';
import type { Held } from './subscriber.ts';
import type { Timers } from './timers.ts';
import type { Verification } from './verification.ts';

/** The code of a connection that closed without a close frame (RFC 6455, 7.1.5). */
const CUT = 1006;

type Owner = HandleOwner & InputOwner & CommandOwner & CheckedSession & HeldOwner & ControlledSession;

export class LiveSession implements Receiver, Stepped<Snapshot, Fact, Command>, Owner {
  readonly id: number;
  readonly peer: Peer;
  /** The session as user code sees it. One object for life. */
  readonly handle: Session;
  readonly environment: SessionEnvironment;
  readonly protocol: Protocol;
  readonly openedAt: number;
  connection: Connection | undefined;
  identity: Identity | undefined;
  ending: Omit<Ending, 'openMs'> | undefined;

  // The stepper's.
  snapshot: Snapshot | undefined;
  isStepping = false;
  arrived: Fact[] | undefined;
  flags: StateFlags = flagsBeforeStart;

  // Made when needed, and dropped afterwards: an idle session has none of these.
  backlog: Backlog | undefined;
  inbox: Inbox | undefined;
  timers: Timers | undefined;
  verification: Verification | undefined;
  replies: Replies | undefined;
  held: Held;
  rate: Rate | undefined;
  heardAt: number;
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
    this.connection = connection;
    this.environment = environment;
    this.protocol = protocol;
    this.handle = new SessionHandle(this);
    this.openedAt = Math.floor(environment.clock.now());
    this.heardAt = environment.sweptMs;
    this.messageAt = environment.sweptMs;
  }

  // --- For the handle.

  get state(): StateName {
    return this.snapshot ? stateName(this.snapshot) : 'authenticating.awaitingCredentials';
  }

  /** Throws a `UsageError` if the `data` of the message is not JSON. */
  sendMessage(message: Message): SendResult | 'closed' {
    if (this.flags.isOpen && this.identity && !hasClosed(this))
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
    if (buffered(this) === 'dropped') this.take(facts.connectionStalled);
  }

  sent(bytes: number): void {
    this.environment.counters.bytesSent += bytes;
  }

  drained(): void {
    drained(this);
  }

  ponged(): void {
    this.heardAt = this.environment.sweptMs;
  }

  closed(code: number): void {
    if (hasClosed(this)) return;
    closed(this);
    recordEnding(this, reasonOfPeerClose(code), code);
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
    if (this.identity?.user === user) this.take(facts.sessionRevoked);
    else this.verification?.revoke(user);
  }

  /** Another server, or a doubt, ends the session. Before the acceptance it does nothing. */
  end(reason: 'replaced' | 'expired'): void {
    this.take(reason === 'replaced' ? facts.sessionReplaced : timedOut.expiry);
  }

  get isEnding(): boolean {
    return this.snapshot !== undefined && !this.flags.isOpen && !this.flags.isListening;
  }

  /** Runs about every second, and checks the limits that need not be exact. */
  swept(isPingDue: boolean, wallNow: number | undefined): void {
    checkLimits(this, isPingDue, wallNow);
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
    if (this.flags.isOpen && !hasClosed(this)) return sendEncoded(this, data, true);
    this.environment.counters.messagesUnsent += 1;
    return 'closed';
  }

  /** While the server drains, the session waits until everything is answered. */
  reportIfSettled(): void {
    if (this.flags.isRefusing && !this.replies && !isRequestPending(this)) this.take(facts.repliesSettled);
  }

  // --- Stepped: for the stepper.

  get hasEnded(): boolean {
    return this.flags.hasEnded;
  }

  entered(before: Snapshot | undefined): void {
    const after = this.snapshot as Snapshot;
    this.flags = flagsOf(after, this.environment.deliversDirectly(after, this));
    if (!this.flags.isListening) this.inbox = undefined;
    if (!this.flags.isOpen) this.replies?.discard();
    if (before) this.environment.watchers.entered(this, before, after);
  }

  watchersChanged(): void {
    if (this.snapshot && !this.flags.hasEnded) this.entered(undefined);
  }

  run(command: Command): void {
    runCommand(this, command);
  }

  stepped(): void {
    if (this.flags.hasEnded) reportEnd(this);
  }

  next(): Fact | undefined {
    return nextWaiting(this);
  }

  /** Fails closed: cuts the connection. Timers that still run do nothing. */
  broken(error: unknown): void {
    this.flags = flagsWhenEnded;
    this.fault('session', error);
    recordEnding(this, 'applicationFailed', CUT);
    this.verification?.abandon();
    this.replies?.discard();
    abandon(this);
    terminate(this);
    reportEnd(this);
  }
}
