/**
 * A client's session: the machine, and what carries for it. Runs its commands against the socket, the clock and whoever has
 * the credentials, and turns what they say into facts. It decides nothing that `machine.ts` could decide.
 *
 * Nothing that comes from the network is ever thrown here. Proven by: test/*.test.ts (stories by name).
 */
import { compileDescription, type Snapshot, type Stepped, Stepper } from '@sallyport/compile';
import {
  type ClientProtocol,
  type Data,
  reasonOfServerClose,
  reasons,
  type ServerMessage,
} from '@sallyport/protocol';
import { Timers } from './alarms.ts';
import type { Chance, Clock } from './clock.ts';
import type { Command } from './commands.ts';
import { CredentialRequests, type CredentialsSource } from './credential-requests.ts';
import { description } from './description.ts';
import { type DeviceTokens, deviceTokenOf, keepDeviceToken } from './device-tokens.ts';
import type { EndReason, Fact } from './facts.ts';
import { Listeners } from './listeners.ts';
import type { ClientTag, clientMachine, StateName } from './machine.ts';
import type { ClientInput } from './machine-functions.ts';
import { isMessage, Outbox } from './outbox.ts';
import { Readiness } from './readiness.ts';
import type { Session, SessionEvents, SessionState } from './session.ts';
import { NotSentError } from './session-errors.ts';
import { Connection, type SocketClass } from './socket.ts';
import { Unread } from './unread.ts';

type ClientSnapshot = Snapshot<typeof clientMachine>;

/** From the description that was written ahead of time, so a program that only talks needs no XState. */
const stepper = new Stepper<ClientSnapshot, Fact, Command, ClientInput, LiveSession>(
  compileDescription<typeof clientMachine>(description),
);

export interface Surroundings {
  readonly url: string;
  readonly credentials: CredentialsSource;
  readonly protocol: ClientProtocol;
  readonly WebSocket: SocketClass;
  readonly queue: number;
  readonly unread: number;
  readonly reconnect: boolean;
  readonly deviceTokens: DeviceTokens;
  readonly clock: Clock;
  readonly chance: Chance;
}

export class LiveSession implements Session, Stepped<ClientSnapshot, Fact, Command> {
  readonly closed: Promise<EndReason>;
  user: string | undefined;
  reason: EndReason | undefined;
  /** Of what it was given, no more than it needs again: credentials are the questions' to forget. */
  readonly #around: Pick<Surroundings, 'url' | 'protocol' | 'WebSocket' | 'deviceTokens'>;
  readonly #credentialRequests: CredentialRequests;
  readonly #unread: Unread;
  readonly #timers: Timers;
  readonly #readiness = new Readiness();
  readonly #outbox: Outbox;
  readonly #listeners = new Listeners<SessionEvents>();
  // The stepper's.
  snapshot: ClientSnapshot | undefined;
  isStepping = false;
  arrived: Fact[] | undefined;
  #isBroken = false;
  #connection: Connection | undefined;
  #retryInMs: number | undefined;
  #isClosed: (reason: EndReason) => void = () => {};

  constructor(around: Surroundings) {
    const { url, protocol, WebSocket, deviceTokens, clock } = around;
    this.#around = { url, protocol, WebSocket, deviceTokens };
    this.#credentialRequests = new CredentialRequests(
      around.credentials,
      (credentials) => protocol.encode({ type: 'authenticate', credentials }) !== undefined,
      (user) => deviceTokenOf(deviceTokens, user, clock),
    );
    this.#outbox = new Outbox(around.queue);
    this.#unread = new Unread(around.unread);
    this.#timers = new Timers(around.clock, around.chance, (fact) => this.take(fact));
    this.closed = new Promise((resolve) => {
      this.#isClosed = resolve;
    });
    stepper.start(this, { reconnects: around.reconnect });
  }

  // --- Session: for programs.

  get state(): SessionState {
    return this.path.split('.')[0] as SessionState;
  }

  get path(): StateName {
    return this.#isBroken ? 'closed' : pathOf(this.snapshot);
  }

  get ready(): Promise<void> {
    return this.#readiness.promise;
  }

  send(message: Data): void {
    const { state } = this;
    if (!isMessage(message)) throw new TypeError('Not sent: a message must be a string or a Uint8Array');
    if (state === 'ready') {
      this.#say(message);
      return;
    }
    const isOver = state === 'closed' || state === 'closing' || state === 'signedOut';
    const problem = isOver ? 'over' : this.#outbox.put(message);
    if (problem) throw new NotSentError(problem, state);
  }

  close(): void {
    this.take({ type: 'session.closed' });
  }

  resume(credentials?: CredentialsSource): void {
    if (credentials && this.state !== 'closed') this.#credentialRequests.source = credentials;
    this.take({ type: 'session.resumed', hasCredentials: credentials !== undefined });
  }

  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void {
    return this.#listeners.on(type, listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Data, undefined> {
    return this.#unread.read();
  }

  // --- Stepped: for the stepper.

  take(fact: Fact): void {
    stepper.take(this, fact);
  }

  get isOver(): boolean {
    return this.#isBroken || this.snapshot?.status === 'done';
  }

  /** Nothing changes before the commands have run. */
  entered(): void {}

  next(): undefined {}

  run(command: Command): void {
    switch (command.type) {
      case 'ask':
        void this.#credentialRequests.ask(command.question, (fact) => this.take(fact));
        break;
      case 'open':
        this.#open();
        break;
      case 'authenticate':
      case 'refresh':
        this.#present(command.type);
        break;
      case 'deliver':
        if (this.#listeners.has('message')) this.#listeners.tell('message', command.message);
        else if (!this.#unread.put(command.message)) this.take({ type: 'inbox.overflowed' });
        break;
      case 'close':
        this.#connection?.close();
        break;
      case 'drop':
        this.#connection?.drop();
        this.#connection = undefined;
        break;
      case 'end':
        this.reason = command.reason;
        break;
      case 'arm':
        this.#arm(command);
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
    if (!this.#is('asking')) this.#credentialRequests.abandon();
    if (from === 'signedOut') this.#unread.goOn();
    if ((wasOpen && state !== 'ready') || from === 'signedOut') this.#readiness.renew();
    if (state === 'ready' && !wasOpen) this.#greet();
    const isOver = state === 'signedOut' || state === 'closed';
    const unsent = isOver ? this.#leave(this.reason ?? 'clientLeft') : 0;
    if (fact) this.#listeners.tell('transition', { fact: fact.type, from, to: path });
    if (from.split('.')[0] === state) return;
    this.#listeners.tell('state', {
      state,
      reason: this.reason,
      retryInMs: state === 'waiting' || state === 'postponed' ? this.#retryInMs : undefined,
      unsent,
    });
  }

  /** Nothing is meant to throw in a step. What does ends the session, and shows as an error that was not caught. */
  broken(error: unknown): void {
    this.#isBroken = true;
    this.reason = 'internalError';
    this.#timers.disarmAll();
    this.#credentialRequests.abandon();
    this.#connection?.drop();
    this.#connection = undefined;
    const unsent = this.#leave('internalError');
    this.#listeners.tell('state', { state: 'closed', reason: this.reason, retryInMs: undefined, unsent });
    queueMicrotask(() => {
      throw error;
    });
  }

  #is(tag: ClientTag): boolean {
    return this.snapshot?.hasTag(tag) ?? false;
  }

  #greet(): void {
    this.reason = undefined;
    this.#readiness.keep();
    this.#carefully(() => {
      // One that cannot be sent is gone, or it would be in the way for ever.
      for (let next = this.#outbox.take(); next !== undefined; next = this.#outbox.take()) this.#say(next);
    });
  }

  /** Says how many messages will not be sent. */
  #leave(reason: EndReason): number {
    this.user = undefined;
    this.#unread.end();
    this.#readiness.break(reason);
    if (this.state === 'closed') {
      this.#credentialRequests.forget();
      this.#isClosed(reason);
    }
    return this.#outbox.clear();
  }

  #arm(command: Extract<Command, { type: 'arm' }>): void {
    // A value has nothing fresh to offer, and not every protocol has words for it.
    if (
      command.timer === 'renewal' &&
      !(this.#credentialRequests.isFresh && this.#around.protocol.canRefresh)
    )
      return;
    const ms = this.#timers.arm(command);
    if (command.timer !== 'retry' && command.timer !== 'repeat') return;
    this.reason = command.timer === 'retry' ? command.reason : 'credentialsPostponed';
    this.#retryInMs = ms;
  }

  // --- The connection.

  #open(): void {
    const { WebSocket, url, protocol } = this.#around;
    try {
      this.#connection = new Connection(WebSocket, url, protocol.subprotocol, {
        opened: () => this.take({ type: 'connection.opened' }),
        received: (data) =>
          this.#hear(protocol.decode(data, this.#is('open') ? 'established' : 'authenticating')),
        closed: (code, text) => this.#lose(code, text),
      });
    } catch {
      // The class does not like the URL; there is no telling whether it ever will.
      this.take({ type: 'connection.closed', reason: 'connectionLost' });
    }
  }

  /** The server answers our close frame by the same one. */
  #lose(code: number, text: string): void {
    this.#connection = undefined;
    const ours = reasons.clientLeft;
    const isEcho = this.state === 'closing' && code === ours.code && (text === '' || text === ours.text);
    this.take({
      type: 'connection.closed',
      reason: isEcho ? 'clientLeft' : reasonOfServerClose(code, text),
    });
  }

  #hear(heard: ServerMessage | undefined): void {
    switch (heard?.type) {
      case 'message':
        this.take({ type: 'message.received', message: heard.message });
        break;
      case 'accepted':
      case 'refreshed':
        this.user = heard.user;
        this.#credentialRequests.accept();
        this.#keepDevice(heard.deviceToken);
        this.take({ type: `answer.${heard.type}`, expiresInMs: heard.expiresInMs });
        break;
      case 'refused':
        this.#credentialRequests.refuse();
        this.#listeners.tell('refused', { attemptsLeft: heard.attemptsLeft });
        this.take({ type: 'answer.refused' });
        break;
      case 'postponed':
        this.take({ type: 'answer.postponed', retryInMs: heard.retryInMs });
        break;
      case 'error':
        if (heard.error === 'refreshPostponed') {
          this.take({ type: 'answer.postponed', retryInMs: heard.retryInMs });
          break;
        }
        if (heard.error === 'refreshRefused') this.#credentialRequests.refuse();
        this.take({ type: 'answer.failed' });
        break;
    }
  }

  /** Under the name that was typed, since that is what is looked up. */
  #keepDevice(token: string | undefined): void {
    const { last } = this.#credentialRequests;
    if (token !== undefined && last?.type === 'password')
      void keepDeviceToken(this.#around.deviceTokens, last.username, token);
  }

  #say(message: Data): void {
    const data = this.#around.protocol.encode({ type: 'message', message });
    if (data !== undefined) this.#connection?.send(data);
  }

  /** A socket that throws is no better than one that is lost; and who is in the midst of a step cannot be told by a throw. */
  #carefully(send: () => void): void {
    try {
      send();
    } catch {
      this.#connection?.drop();
      this.#lose(1006, '');
    }
  }

  #present(type: 'authenticate' | 'refresh'): void {
    const credentials = this.#credentialRequests.last;
    const data = credentials && this.#around.protocol.encode({ type, credentials });
    if (data !== undefined) this.#carefully(() => this.#connection?.send(data));
  }
}

function pathOf(snapshot: ClientSnapshot | undefined): StateName {
  return (snapshot?.path ?? 'connecting.asking') as StateName;
}
