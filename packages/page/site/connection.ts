/**
 * The page's sessions, one after the other: `@sallyport/client` with the sign-in form as the source of credentials.
 *
 * A session starts with the page and asks for credentials before it connects. After a refusal it asks again on the same
 * connection. The page keeps valid credentials in memory, so that a session can reconnect, and forgets them at sign-out. A
 * user may repeat refused credentials; the client package alone would not send them twice.
 */
import {
  type CredentialsRequest,
  channels,
  connect,
  type GivenCredentials,
  type Session,
  type SessionChannels,
  type StateChange,
  type Transition,
} from '@sallyport/client';
import { type Data, isJsonMessage, type Message, type RequestError } from '@sallyport/protocol';
import { deviceTokensIn } from './device-tokens.ts';
import type { Recorder } from './frames/recorder.ts';

export type ProtocolName = 'json' | 'text';

/** A session of the page. */
export type PageSession = Session & SessionChannels;

/** Publications before the subscription that the page shows of a channel. */
const HISTORY = 20;

/** What a connection reports to the page. */
export interface PageConnectionEvents {
  /** The session has changed. `transition` is missing when a new session has started. */
  changed(transition?: Transition): void;
  /** The session has entered another state. */
  state(change: StateChange): void;
  /** The server refused the credentials. */
  refused(attemptsLeft: number | undefined): void;
  /** A message of the server; a JSON value as its text. */
  received(message: Data): void;
  /** The application refused a message of the user. */
  messageFailed(error: RequestError): void;
}

export class PageConnection {
  readonly #recorder: Recorder;
  readonly #events: PageConnectionEvents;
  protocol: ProtocolName = 'json';
  session: PageSession;
  /** This session was signed in at some time. */
  wasReady = false;
  /** The current or last attempt has opened a connection. */
  wasConnected = false;
  #held: GivenCredentials | undefined;
  #answer: ((given: GivenCredentials) => void) | undefined;

  constructor(recorder: Recorder, events: PageConnectionEvents) {
    this.#recorder = recorder;
    this.#events = events;
    this.session = this.#begin();
  }

  /** The page has credentials, so the user need not type any. */
  get hasCredentials(): boolean {
    return this.#held !== undefined;
  }

  choose(protocol: ProtocolName): void {
    if (protocol === this.protocol) return;
    this.protocol = protocol;
    this.#restart();
  }

  signIn(given: GivenCredentials): void {
    this.#held = given;
    const answer = this.#answer;
    this.#answer = undefined;
    if (answer) answer({ ...given, again: true });
    else this.#restart();
  }

  /** Signs out, or cancels a sign-in. */
  signOut(): void {
    this.#held = undefined;
    this.session.close();
  }

  /** Throws a `NotSentError` without a connection. */
  send(message: Data): void {
    this.session.send(message);
  }

  /** Tries to connect at once. */
  retry(): void {
    this.session.resume();
  }

  #restart(): void {
    const before = this.session;
    this.session = this.#begin();
    before.close();
    this.#recorder.redactSecrets();
    this.#events.changed();
  }

  #forget(): void {
    this.#held = undefined;
    this.#recorder.redactSecrets();
  }

  #begin(): PageSession {
    this.#answer = undefined;
    this.wasReady = false;
    this.wasConnected = false;
    const url = location.href.replace(/[?#].*/, '');
    const session: PageSession = connect(url, {
      protocol: this.protocol,
      extensions: [channels({ history: HISTORY })],
      deviceTokens: deviceTokensIn(() => localStorage, url),
      credentials: (request) => this.#give(request),
      WebSocket: this.#recorder.watch(WebSocket, () => session.state === 'ready'),
    });
    const isCurrent = () => this.session === session;
    session.on('transition', (transition) => {
      if (!isCurrent()) return;
      if (transition.to === 'connecting.opening') this.wasConnected = false;
      if (transition.fact === 'connection.opened') this.wasConnected = true;
      if (session.state === 'ready') this.wasReady = true;
      if (session.state === 'signedOut' || session.state === 'closed') this.#forget();
      this.#events.changed(transition);
    });
    session.on('state', (change) => {
      if (!isCurrent()) return;
      // An error inside a session ends it without a transition.
      if (change.reason === 'internalError') {
        this.#forget();
        this.#events.changed();
      }
      this.#events.state(change);
    });
    session.on('refused', ({ attemptsLeft }) => {
      if (!isCurrent()) return;
      this.#held = undefined;
      this.#events.refused(attemptsLeft);
    });
    session.on('message', (message) => isCurrent() && this.#events.received(dataOf(message)));
    session.on('messageFailed', (error) => isCurrent() && this.#events.messageFailed(error));
    return session;
  }

  #give({ signal }: CredentialsRequest): GivenCredentials | Promise<GivenCredentials> {
    if (this.#held) return this.#held;
    return new Promise((resolve) => {
      this.#answer = resolve;
      signal.addEventListener('abort', () => {
        // A newer session may be waiting for credentials.
        if (this.#answer === resolve) this.#answer = undefined;
      });
    });
  }
}

const dataOf = (message: Message): Data => (isJsonMessage(message) ? JSON.stringify(message.data) : message);
