/**
 * A session: the machine, and what carries for it. Runs its commands against the ports and turns what the ports say into
 * facts. It decides nothing that `machine.ts` could decide, and how it is stepped is `drive.ts`.
 *
 * Once the adapter has said `closed`, no method of the connection is called any more, not even by the rest of the running
 * step. Whatever an application, an authenticator, an observer, a protocol or an adapter throws is caught here and
 * reported; nothing escapes.
 *
 * Proven by: test/session/*.test.ts (stories by name), test/invariants.test.ts (long random walks).
 */
import {
  type Answer,
  cutReason,
  type Data,
  type Identity,
  type Protocol,
  type Reason,
  reasonOfPeerClose,
  reasons,
} from '@sallyport/protocol';
import type { Reply, Session } from './application.ts';
import { isPromiseLike, Verification, type Verifying } from './authenticator.ts';
import type { Command } from './commands.ts';
import type { Connection, Peer, Receiver, SendResult } from './connection.ts';
import { Drive } from './drive.ts';
import { type Fact, facts } from './facts.ts';
import type { House } from './house.ts';
import { Inbox, type Letter } from './inbox.ts';
import { type DetailsOf, type Ending, type FaultSource, notify, type SessionHandler } from './observer.ts';
import { Rate } from './rate.ts';
import { Replies, type Replying } from './replies.ts';
import { durationOf, type Timer, Timers } from './timers.ts';
import { UsageError } from './usage-error.ts';

/** What is seen where there is no close frame (RFC 6455, 7.1.5). */
const CUT = 1006;

type Ended = Pick<Ending, 'reason' | 'code'>;

export class LiveSession extends Drive implements Session, Receiver, Replying, Verifying {
  readonly id: number;
  readonly peer: Peer;
  readonly #protocol: Protocol;
  readonly #openedAt: number;
  #identity: Identity | undefined;
  /** What ended the session, or is about to, and the code of the close frame; the first one stays. */
  #ending: Ended | undefined;

  // Made when needed and dropped when over: an idle session has none of these.
  #inbox: Inbox | undefined;
  #timers: Timers | undefined;
  #verification: Verification | undefined;
  #replies: Replies | undefined;
  #rate: Rate | undefined;
  /** In the time of the sweep. */
  #heardAt: number;
  #messageAt: number;

  constructor(id: number, peer: Peer, connection: Connection, protocol: Protocol, house: House) {
    super(house, connection);
    this.id = id;
    this.peer = peer;
    this.#protocol = protocol;
    this.#openedAt = Math.floor(house.clock.now());
    this.#heardAt = house.sweptMs;
    this.#messageAt = house.sweptMs;
  }

  // --- Session: for applications, observers, operators.

  get identity(): Identity | undefined {
    return this.#identity;
  }

  get protocol(): string {
    return this.#protocol.name;
  }

  send(message: Data): SendResult | 'closed' {
    if (!isData(message)) throw new UsageError('message', 'must be a string or bytes', message);
    return this.#sendData(message);
  }

  close(text?: string): void {
    if (text !== undefined && typeof text !== 'string')
      throw new UsageError('text', 'must be a string', text);
    this.take(text === undefined ? { type: 'application.closed' } : { type: 'application.closed', text });
  }

  // --- Receiver: for the adapter.

  opened(): void {
    if (this.isStarted) return;
    this.observe('opened');
    this.start();
  }

  receive(data: Data, byteLength: number): void {
    const { counters, sweptMs } = this.house;
    counters.messagesReceived += 1;
    counters.bytesReceived += byteLength;
    this.#heardAt = sweptMs;
    this.#messageAt = sweptMs;
    if (!this.traits.isListening) counters.messagesIgnored += 1;
    else if (!this.#isWithinRate()) this.take(facts.rateExceeded);
    else if (this.traits.isDeferring || this.isStepping) this.#defer({ data, byteLength });
    else this.take(this.#read(data, byteLength));
  }

  buffered(): void {
    const result = this.piledUp(this.house.limits.unsentBytes, this.now);
    if (result === 'dropped') this.take(facts.connectionStalled);
  }

  ponged(): void {
    this.#heardAt = this.house.sweptMs;
  }

  closed(code: number): void {
    if (this.isGone) return;
    this.gone();
    this.#because(reasonOfPeerClose(code), code);
    this.take(facts.connectionClosed);
  }

  // --- For the house.

  override fault(source: FaultSource, error: unknown): void {
    this.house.fault(source, error, this);
  }

  /** The user was revoked: whoever is signed in as that user is out, and so is who is about to be. */
  revoke(user: string): void {
    if (this.#identity?.user === user) this.take(facts.sessionRevoked);
    else this.#verification?.revoke(user);
  }

  /** Comes round about every second: whatever depends on time and need not be exact. */
  swept(isPingDue: boolean): void {
    const { sweptMs: now, limits } = this.house;
    if (this.#replies && now - this.#replies.oldest >= limits.replyMs) {
      this.#replies.discard();
      this.failed(new Error(`the application has not answered for ${limits.replyMs} ms`));
    }
    if (this.stalledMs(now) >= limits.stallMs) this.take(facts.connectionStalled);
    if (now - this.#heardAt >= (limits.silenceMs ?? this.#protocol.patience.silenceMs))
      this.take(facts.connectionSilent);
    else if (this.traits.isOpen && now - this.#messageAt >= limits.idleMs) this.take(facts.sessionIdled);
    else if (isPingDue) this.ping();
  }

  // --- Replying: for the replies of an asynchronous application.

  get now(): number {
    return this.house.sweptMs;
  }

  ask(message: Data): Reply | PromiseLike<Reply> {
    return this.house.application(message, this);
  }

  reply(reply: Reply): void {
    if (reply === undefined) return;
    if (isData(reply)) this.#sendData(reply);
    else this.failed(new TypeError('the application answered neither a string, nor bytes, nor nothing'));
  }

  failed(error: unknown): void {
    this.fault('application', error);
    this.take(facts.applicationFailed);
  }

  settled(isAwaited: boolean): void {
    this.#replies = undefined;
    if (isAwaited) this.take(facts.repliesSettled);
  }

  // --- Drive: for the machine.

  protected override entered(): void {
    if (!this.traits.isListening) this.#inbox = undefined;
    if (!this.traits.isOpen) this.#replies?.discard();
  }

  protected override next(): Fact | undefined {
    if (this.traits.isDeferring) return undefined;
    const letter = this.#inbox?.take();
    if (letter) return this.#read(letter.data, letter.byteLength);
    this.#inbox = undefined;
    return undefined;
  }

  protected override ended(): void {
    if (!this.house.left(this) || !this.house.observe.closed) return;
    const openMs = Math.floor(this.house.clock.now()) - this.#openedAt;
    this.observe('closed', { ...(this.#ending as Ended), openMs });
  }

  /** Fails closed: cut, and nobody waits for it. What is armed still finds that it is over. */
  protected override broken(error: unknown): void {
    this.fault('session', error);
    this.#because('applicationFailed', CUT);
    this.#verification?.abandon();
    this.#replies?.discard();
    this.cut();
    this.ended();
  }

  protected override run(command: Command): void {
    switch (command.type) {
      case 'deliver':
        this.#deliver(command.message);
        break;
      case 'answer':
        this.#answer(command.answer);
        break;
      case 'verify':
        this.observe('verifying', command.credentials);
        this.#verification = new Verification(command.attempt, this);
        this.#verification.ask(this.house.authenticate, command.credentials);
        break;
      case 'abandon':
        this.#verification?.abandon();
        this.#verification = undefined;
        break;
      case 'admit':
        this.#identity = command.identity;
        break;
      case 'settle':
        if (this.#replies) this.#replies.isAwaited = true;
        else this.take(facts.repliesSettled);
        break;
      case 'close':
        this.shakeHands(
          this.#because(command.reason, reasons[command.reason].code),
          cutReason(command.text ?? reasons[command.reason].text),
        );
        break;
      case 'terminate':
        this.#because(command.reason, reasons[command.reason].code);
        this.cut();
        break;
      case 'arm':
        this.#arm(command);
        break;
      case 'disarm':
        this.#disarm(command.timer);
        break;
    }
  }

  // --- Commands that take more than a line.

  /** Observers hear of it once the client does: what they send comes after. */
  #answer(answer: Answer): void {
    this.#say(answer);
    switch (answer.type) {
      case 'refused':
        this.house.counters.refused += 1;
        this.observe('refused', answer.attemptsLeft);
        break;
      case 'postponed':
        this.#postponed(answer.retryInMs);
        break;
      case 'error':
        if (answer.error === 'refreshPostponed') this.#postponed(answer.retryInMs);
        break;
      case 'accepted':
        this.house.counters.authenticated += 1;
        this.#messageAt = this.house.sweptMs;
        this.observe('authenticated');
        this.house.entered(this, answer.identity);
        break;
      case 'refreshed':
        this.observe('refreshed');
        break;
    }
  }

  #postponed(retryInMs: number): void {
    this.house.counters.postponed += 1;
    this.observe('postponed', retryInMs);
  }

  #deliver(message: Data): void {
    if (this.#replies) {
      if (!this.#replies.deliver(message)) this.take(facts.inboxOverflowed);
      return;
    }
    try {
      const answer = this.ask(message);
      if (isPromiseLike(answer)) {
        this.#replies = new Replies(this, this.house.limits);
        this.#replies.await(answer);
      } else this.reply(answer);
    } catch (error) {
      this.failed(error);
    }
  }

  // --- What comes in.

  #read(data: Data, byteLength: number): Fact {
    const { messageBytes, credentialBytes } = this.house.limits;
    if (byteLength > (this.traits.isOpen ? messageBytes : credentialBytes)) return facts.messageTooBig;
    try {
      return this.#protocol.decode(data, this.traits.isOpen ? 'established' : 'authenticating');
    } catch (error) {
      this.fault('protocol', error);
      return facts.messageMalformed;
    }
  }

  #defer(letter: Letter): void {
    const { inboxMessages, inboxBytes } = this.house.limits;
    this.#inbox ??= new Inbox();
    if (!this.#inbox.put(letter, inboxMessages, inboxBytes)) this.take(facts.inboxOverflowed);
  }

  #isWithinRate(): boolean {
    const { messagesPerSecond, burst } = this.house.limits;
    if (messagesPerSecond === Number.POSITIVE_INFINITY) return true;
    this.#rate ??= new Rate(messagesPerSecond, burst);
    return this.#rate.allows(this.house.clock.now());
  }

  // --- What goes out.

  #sendData(message: Data): SendResult | 'closed' {
    if (this.traits.isOpen && this.#identity && !this.isGone) return this.#say({ type: 'message', message });
    this.house.counters.messagesUnsent += 1;
    return 'closed';
  }

  #say(answer: Answer): SendResult {
    let result: SendResult = 'dropped';
    try {
      const data = this.#protocol.encode(answer);
      if (data === undefined) return 'sent';
      result = this.transmit(data, this.house.limits.unsentBytes, this.now);
    } catch (error) {
      this.fault('protocol', error);
    }
    if (result === 'dropped') this.take(facts.connectionStalled);
    else this.house.counters.messagesSent += 1;
    return result;
  }

  /** What never ends needs no timer. */
  #arm(command: Extract<Command, { type: 'arm' }>): void {
    const { timer } = command;
    const ms = timer === 'expiry' ? command.ms : durationOf(timer, this.house, this.#protocol);
    this.#disarm(timer);
    // Nor does what is over already: an authenticator that answers at once is no matter of time.
    if (ms === Number.POSITIVE_INFINITY || (timer === 'verification' && this.#verification?.isOver)) return;
    this.#timers ??= new Timers(this.house.clock, this);
    this.#timers.arm(timer, ms);
  }

  #disarm(timer: Timer): void {
    this.#timers?.disarm(timer);
    if (this.#timers?.size === 0) this.#timers = undefined;
  }

  /** Gives the code that it ends with. */
  #because(reason: Reason, code: number): number {
    this.#ending ??= { reason, code };
    return this.#ending.code;
  }

  protected override observe<Name extends SessionHandler>(name: Name, ...details: DetailsOf<Name>): void {
    try {
      const later = notify(this.house.observe, name, this, details);
      later?.then(undefined, (error) => this.fault('observer', error));
    } catch (error) {
      this.fault('observer', error);
    }
  }
}

/** Nobody vouches for it: it may come from untyped code. */
function isData(value: unknown): value is Data {
  return typeof value === 'string' || value instanceof Uint8Array;
}
