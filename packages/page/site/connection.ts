/**
 * One person's sessions, one after the other: `@sallyport/client` with a form in place of stored credentials.
 *
 * A session starts with the page and asks for credentials before it connects; who types them wrong is asked again on the
 * same connection. While they are good they are kept, in memory, so that a lost connection comes back by itself; signing
 * out forgets them. What the client must never send twice, a person may.
 */
import {
  type CredentialsRequest,
  connect,
  type GivenCredentials,
  type Session,
  type StateChange,
  type Transition,
} from '@sallyport/client';
import type { Data } from '@sallyport/protocol';
import { deviceTokensIn } from './device-tokens.ts';
import type { Recorder } from './frames/recorder.ts';

export type ProtocolName = 'json' | 'text';

export interface PageConnectionEvents {
  /** Something about the session is another now. `transition` is missing where a new session has begun. */
  changed(transition?: Transition): void;
  state(change: StateChange): void;
  refused(attemptsLeft: number | undefined): void;
  received(message: Data): void;
}

export class PageConnection {
  readonly #recorder: Recorder;
  readonly #events: PageConnectionEvents;
  protocol: ProtocolName = 'json';
  session: Session;
  /** Whether this session was ever signed in. */
  wasReady = false;
  /** Whether the attempt that goes on, or went wrong last, had a connection. */
  wasConnected = false;
  #held: GivenCredentials | undefined;
  #answer: ((given: GivenCredentials) => void) | undefined;

  constructor(recorder: Recorder, events: PageConnectionEvents) {
    this.#recorder = recorder;
    this.#events = events;
    this.session = this.#begin();
  }

  /** Nobody has to type anything for it to go on. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  choose(protocol: ProtocolName): void {
    if (protocol === this.protocol) return;
    this.protocol = protocol;
    this.#restart();
  }

  signIn(given: GivenCredentials): void {
    this.#held = given;
    if (this.#answer) this.#answer({ ...given, again: true });
    else this.#restart();
  }

  /** Also gives up what was never signed in. */
  signOut(): void {
    this.#held = undefined;
    this.session.close();
  }

  send(message: string): void {
    this.session.send(message);
  }

  /** Now, instead of later. */
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

  #begin(): Session {
    this.#answer = undefined;
    this.wasReady = false;
    this.wasConnected = false;
    const url = location.href.replace(/[?#].*/, '');
    const session: Session = connect(url, {
      protocol: this.protocol,
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
    session.on('state', (change) => isCurrent() && this.#events.state(change));
    session.on('refused', ({ attemptsLeft }) => {
      if (!isCurrent()) return;
      this.#held = undefined;
      this.#events.refused(attemptsLeft);
    });
    session.on('message', (message) => isCurrent() && this.#events.received(message));
    return session;
  }

  #give({ signal }: CredentialsRequest): GivenCredentials | Promise<GivenCredentials> {
    if (this.#held) return this.#held;
    return new Promise((resolve) => {
      this.#answer = resolve;
      signal.addEventListener('abort', () => {
        // Another session may have asked meanwhile.
        if (this.#answer === resolve) this.#answer = undefined;
      });
    });
  }
}
