/**
 * The handle of a session, for applications, observers and operators.
 *
 * A session has one handle for life, so a handle can be the key of a map. It gives user code no way to accept credentials, feed
 * facts to the machine, reach the connection, or read the configuration. Its one field is private, so `Object.keys`,
 * `JSON.stringify` and inspectors show nothing. Proven by: test/session/handle.test.ts.
 */
import { type Identity, isMessage, type Message, UsageError } from '@sallyport/protocol';
import type { StateName } from '../machine/machine.ts';
import type { Session } from '../ports/application.ts';
import type { Subscriber } from '../ports/channels.ts';
import type { Peer, SendResult } from '../ports/connection.ts';

/** What a handle needs of its session. */
export interface HandleOwner {
  readonly id: number;
  readonly peer: Peer;
  readonly state: StateName;
  readonly identity: Identity | undefined;
  readonly protocol: { readonly name: string };
  sendMessage(message: Message): SendResult | 'closed';
  closeByApplication(text: string | undefined): void;
  onEnd(listener: () => void): void;
  /** The client, for the service of channels. Undefined if it can use no channel. */
  readonly openSubscriber: Subscriber | undefined;
}

/** Known to every copy of this package in the process: a service of channels may come with a copy of its own. */
const SUBSCRIBER = Symbol.for('@sallyport/core: subscriber');

export class SessionHandle implements Session {
  readonly #session: HandleOwner;

  constructor(session: HandleOwner) {
    this.#session = session;
  }

  /** The client of the session, for a service of channels. */
  get [SUBSCRIBER](): Subscriber | undefined {
    return this.#session.openSubscriber;
  }

  get id(): number {
    return this.#session.id;
  }

  get peer(): Peer {
    return this.#session.peer;
  }

  get state(): StateName {
    return this.#session.state;
  }

  get identity(): Identity | undefined {
    return this.#session.identity;
  }

  get protocol(): string {
    return this.#session.protocol.name;
  }

  send(message: Message): SendResult | 'closed' {
    if (!isMessage(message)) throw new UsageError('message', 'must be a string, bytes, or { data }', message);
    return this.#session.sendMessage(message);
  }

  close(text?: string): void {
    if (text !== undefined && typeof text !== 'string')
      throw new UsageError('text', 'must be a string', text);
    this.#session.closeByApplication(text);
  }

  onEnd(listener: () => void): void {
    if (typeof listener !== 'function') throw new UsageError('listener', 'must be a function', listener);
    this.#session.onEnd(listener);
  }
}

/**
 * The client of a session, for a service of channels that subscribes it from code. Undefined if the client is not signed in, speaks a
 * protocol without channels (text), or its sessions have no service of channels. Throws a `UsageError` for anything but the handle of a
 * session.
 */
export function subscriberOf(session: Session): Subscriber | undefined {
  if (typeof session !== 'object' || session === null || !(SUBSCRIBER in session))
    throw new UsageError('session', 'must be the handle of a session', session);
  return session[SUBSCRIBER] as Subscriber | undefined;
}
