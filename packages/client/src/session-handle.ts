/**
 * The handle of a session: what a program holds. Its one field is private, so a program can neither step the machine nor read
 * credentials from it. Extensions add their methods to it. The session behind it is `live-session.ts`.
 */
import type { Message } from '@sallyport/protocol';
import type { CredentialsSource } from './credential-requests.ts';
import type { EndReason } from './facts.ts';
import type { LiveSession } from './live-session.ts';
import type { StateName } from './machine.ts';
import type { Session, SessionEvents, SessionState } from './session.ts';

export class SessionHandle implements Session {
  readonly #session: LiveSession;

  /** `methods`: those of the extensions. */
  constructor(session: LiveSession, methods: object = {}) {
    this.#session = session;
    // Not enumerable, as the methods of the class are not.
    for (const [name, value] of Object.entries(methods)) Object.defineProperty(this, name, { value });
  }

  get state(): SessionState {
    return this.#session.state;
  }

  get path(): StateName {
    return this.#session.path;
  }

  get reason(): EndReason | undefined {
    return this.#session.reason;
  }

  get user(): string | undefined {
    return this.#session.user;
  }

  get ready(): Promise<void> {
    return this.#session.ready;
  }

  get closed(): Promise<EndReason> {
    return this.#session.closed;
  }

  get bufferedAmount(): number {
    return this.#session.bufferedAmount;
  }

  send(message: Message): void {
    this.#session.send(message);
  }

  close(): void {
    this.#session.close();
  }

  resume(credentials?: CredentialsSource): void {
    this.#session.resume(credentials);
  }

  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void {
    return this.#session.on(type, listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#session[Symbol.asyncIterator]();
  }
}
