/**
 * A client's session behind its handle. It runs the machine's commands against the connection, the clock and the source of
 * credentials. `server-messages.ts` turns what the server sends into facts. Nothing here decides what `machine.ts` could decide.
 *
 * Nothing that comes from the network is ever thrown here. Proven by: test/*.test.ts (stories by name), test/handle.test.ts.
 */
import { compileDescription, type Snapshot, type Stepped, Stepper } from '@sallyport/compile';
import type { Message } from '@sallyport/protocol';
import { present } from './authentication.ts';
import { maySkipWait } from './backoff.ts';
import type { Command } from './commands.ts';
import { CredentialRequests, type CredentialsSource } from './credential-requests.ts';
import { description } from './description.ts';
import { deviceTokenOf } from './device-tokens.ts';
import { VERDICT_ON_REQUEST_MS } from './durations.ts';
import type { ExtensionParts, SessionLink } from './extension.ts';
import type { EndReason, Fact } from './facts.ts';
import { Listeners } from './listeners.ts';
import type { ClientTag, clientMachine, StateName } from './machine.ts';
import type { ClientInput } from './machine-functions.ts';
import { Outbox } from './outbox.ts';
import { Readiness } from './readiness.ts';
import { flush, send } from './sending.ts';
import { ServerConnection } from './server-connection.ts';
import { takeServerMessage } from './server-messages.ts';
import type { Session, SessionEvents, SessionState } from './session.ts';
import type { SessionSettings } from './session-settings.ts';
import { Timers } from './timers.ts';
import { Unread } from './unread.ts';
import { onWake } from './wake.ts';

type ClientSnapshot = Snapshot<typeof clientMachine>;

/** Made from the description that was written ahead of time, so a program that only connects needs no XState. */
const stepper = new Stepper<ClientSnapshot, Fact, Command, ClientInput, LiveSession>(
  compileDescription<typeof clientMachine>(description),
);

export class LiveSession implements Session, Stepped<ClientSnapshot, Fact, Command> {
  readonly closed: Promise<EndReason>;
  user: string | undefined;
  reason: EndReason | undefined;
  /** Only the settings that are needed again. `CredentialRequests` keeps the credentials, and forgets them. */
  readonly settings: Pick<SessionSettings, 'deviceTokens' | 'bufferedBytes'> & { canRefresh: boolean };
  readonly connection: ServerConnection;
  readonly credentialRequests: CredentialRequests;
  readonly #unread: Unread;
  readonly #timers: Timers;
  readonly #readiness = new Readiness();
  readonly outbox: Outbox;
  readonly extensions: readonly ExtensionParts[];
  readonly listeners = new Listeners<SessionEvents>();
  // Only the stepper writes the next three.
  snapshot: ClientSnapshot | undefined;
  isStepping = false;
  arrived: Fact[] | undefined;
  #isBroken = false;
  /** The number of the connection whose upgrade request carried the credentials that wait for a verdict. */
  carrier = 0;
  #retryInMs: number | undefined;
  #stopWaking: (() => void) | undefined;
  #resolveClosed: (reason: EndReason) => void = () => {};

  constructor(settings: SessionSettings) {
    const { protocol, deviceTokens, bufferedBytes, clock } = settings;
    this.settings = { deviceTokens, bufferedBytes, canRefresh: protocol.canRefresh };
    this.connection = new ServerConnection(settings, {
      opened: () => this.take({ type: 'connection.opened' }),
      received: (message) => takeServerMessage(this, message),
      closed: (reason) => this.take({ type: 'connection.closed', reason }),
      phase: () => (this.is('open') ? 'established' : 'authenticating'),
    });
    this.credentialRequests = new CredentialRequests({
      source: settings.credentials,
      maxMs: settings.credentialsMs,
      clock,
      canSignInByRequest: protocol.signsInByRequest,
      canEncode: (credentials) => protocol.encode({ type: 'authenticate', credentials }) !== undefined,
      deviceTokenOf: (user) => deviceTokenOf(deviceTokens, user, clock),
    });
    this.outbox = new Outbox(settings.queue, bufferedBytes);
    const link = settings.extensions.length > 0 ? this.#link(settings) : undefined;
    this.extensions = settings.extensions.map((one) => one.extend(link as SessionLink));
    this.#unread = new Unread(settings.unread);
    this.#timers = new Timers(settings.clock, settings.chance, (fact) => this.take(fact));
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    stepper.start(this, { reconnects: settings.reconnect });
  }

  // --- Session: for programs, through the handle.

  get state(): SessionState {
    return this.path.split('.')[0] as SessionState;
  }

  get path(): StateName {
    return this.#isBroken ? 'closed' : pathOf(this.snapshot);
  }

  get ready(): Promise<void> {
    return this.#readiness.promise;
  }

  get bufferedAmount(): number {
    return this.connection.bufferedAmount;
  }

  send(given: Message): void {
    send(this, given);
  }

  close(): void {
    this.take({ type: 'session.closed' });
  }

  resume(credentials?: CredentialsSource): void {
    if (credentials && this.state !== 'closed') this.credentialRequests.source = credentials;
    this.take({ type: 'session.resumed', hasCredentials: credentials !== undefined });
  }

  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void {
    return this.listeners.on(type, listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#unread.read();
  }

  // --- For the handle and the extensions.

  /** The methods of the extensions. */
  get methods(): object {
    return Object.assign({}, ...this.extensions.map(({ methods }) => methods));
  }

  get readiness(): 'ready' | 'bufferFull' | 'waiting' | 'ended' {
    const { state } = this;
    if (state === 'ready') return this.bufferedAmount >= this.settings.bufferedBytes ? 'bufferFull' : 'ready';
    return state === 'closed' || state === 'closing' || state === 'signedOut' ? 'ended' : 'waiting';
  }

  // --- Stepped: for the stepper.

  take(fact: Fact): void {
    stepper.take(this, fact);
  }

  get hasEnded(): boolean {
    return this.#isBroken || this.snapshot?.status === 'done';
  }

  /** Nothing changes before the commands have run. */
  entered(): void {}

  next(): undefined {}

  run(command: Command): void {
    switch (command.type) {
      case 'ask':
        void this.credentialRequests.ask(command.question, (fact) => this.take(fact));
        break;
      case 'open':
        this.connection.open();
        break;
      case 'authenticate':
      case 'refresh':
        present(this, command.type);
        break;
      case 'deliver':
        if (this.listeners.has('message')) this.listeners.notify('message', command.message);
        else if (!this.#unread.put(command.message)) this.take({ type: 'inbox.overflowed' });
        break;
      case 'close':
        this.connection.close();
        break;
      case 'drop':
        this.connection.drop();
        break;
      case 'end':
        this.reason = command.reason;
        break;
      case 'arm':
        this.#arm(command);
        break;
      case 'rearm':
        this.#timers.rearm(command.timer);
        break;
      case 'disarm':
        this.#timers.disarm(command.timer);
        break;
    }
  }

  stepped(before: ClientSnapshot | undefined, fact: Fact | undefined): void {
    const { state, path } = this;
    const from = pathOf(before);
    if (path === from) return;
    const wasOpen = before?.hasTag('open') ?? false;
    if (!this.is('asking')) this.credentialRequests.abandon();
    if (state !== 'waiting') this.#ignoreWake();
    if (from === 'signedOut') this.#unread.reopen();
    if ((wasOpen && state !== 'ready') || from === 'signedOut') this.#readiness.renew();
    if (state === 'ready' && !wasOpen) this.#becomeReady();
    if (wasOpen && state !== 'ready')
      for (const one of this.extensions) one.lost?.(this.reason ?? 'clientLeft');
    const hasEnded = state === 'signedOut' || state === 'closed';
    const unsent = hasEnded ? this.#release(this.reason ?? 'clientLeft') : 0;
    if (fact) this.listeners.notify('transition', { fact: fact.type, from, to: path });
    if (from.split('.')[0] === state) return;
    this.listeners.notify('state', {
      state,
      reason: this.reason,
      retryInMs: state === 'waiting' || state === 'postponed' ? this.#retryInMs : undefined,
      unsent,
    });
  }

  /** A step must not throw. An error in one ends the session, and shows as an uncaught error. */
  broken(error: unknown): void {
    this.#isBroken = true;
    this.reason = 'internalError';
    this.#timers.disarmAll();
    this.#ignoreWake();
    this.credentialRequests.abandon();
    this.connection.drop();
    const unsent = this.#release('internalError');
    this.listeners.notify('state', { state: 'closed', reason: this.reason, retryInMs: undefined, unsent });
    queueMicrotask(() => {
      throw error;
    });
  }

  /** An object of its own, so that an extension can neither step the machine nor read credentials. */
  #link({ clock, chance, protocol }: SessionSettings): SessionLink {
    const session = this;
    let lastId = 0;
    return {
      get state() {
        return session.state;
      },
      get readiness() {
        return session.readiness;
      },
      isExtensible: protocol.isExtensible,
      clock,
      chance,
      nextId: () => {
        lastId += 1;
        return lastId;
      },
      transmit: (text) => {
        if (typeof text !== 'string') throw new TypeError('transmit takes a string');
        this.connection.transmit(text);
      },
    };
  }

  is(tag: ClientTag): boolean {
    return this.snapshot?.hasTag(tag) ?? false;
  }

  #becomeReady(): void {
    this.reason = undefined;
    this.#readiness.resolve();
    flush(this);
    for (const one of this.extensions) one.ready?.();
  }

  /** The session is signed out or closed: ends all that waits for it. Returns how many messages will not be sent. */
  #release(reason: EndReason): number {
    this.user = undefined;
    this.#unread.end();
    this.#readiness.reject(reason);
    for (const one of this.extensions) one.ended?.(reason);
    if (this.state === 'closed') {
      this.credentialRequests.forget();
      this.#resolveClosed(reason);
    }
    return this.outbox.clear();
  }

  #arm(command: Extract<Command, { type: 'arm' }>): void {
    // A value would only be sent again, and the text protocol has no renewal.
    if (command.timer === 'renewal' && !(this.credentialRequests.isFunction && this.settings.canRefresh))
      return;
    const isOnRequest = command.timer === 'verdict' && this.credentialRequests.isByRequest;
    const ms = this.#timers.arm(command, isOnRequest ? VERDICT_ON_REQUEST_MS : undefined);
    if (command.timer !== 'retry' && command.timer !== 'repeat') return;
    this.reason = command.timer === 'retry' ? command.reason : 'credentialsPostponed';
    this.#retryInMs = ms;
    if (command.timer === 'retry' && maySkipWait(command.reason))
      this.#stopWaking = onWake(() => this.take({ type: 'network.returned' }));
  }

  #ignoreWake(): void {
    this.#stopWaking?.();
    this.#stopWaking = undefined;
  }
}

function pathOf(snapshot: ClientSnapshot | undefined): StateName {
  return (snapshot?.path ?? 'connecting.asking') as StateName;
}
