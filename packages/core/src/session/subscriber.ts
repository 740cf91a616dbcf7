/**
 * A client, as the service of channels has it (the port `Subscriber`).
 *
 * A session makes it when the client first uses a channel. It then stands in the place of the requests of its session and holds them,
 * so that a session needs no further field. Like a handle, it gives the service no way to the session.
 * Proven by: test/session/channels.test.ts.
 */
import type { ChannelEvent, Data, Protocol } from '@sallyport/protocol';
import type { Session } from '../ports/application.ts';
import type { Subscriber } from '../ports/channels.ts';
import type { SendResult } from '../ports/connection.ts';
import type { Requests } from './requests.ts';

/** What a subscriber needs of its session. */
export interface SubscriberOwner {
  readonly handle: Session;
  readonly protocol: Protocol;
  /** Sends data that is encoded already to a signed-in client. */
  sendEncoded(data: Data): SendResult | 'closed';
  /** Reports an error of the protocol. */
  fault(source: 'protocol', error: unknown): void;
}

/** What a session holds for its requests and channels: nothing while it needs neither. */
export type Held = Requests | LiveSubscriber | undefined;

export class LiveSubscriber implements Subscriber {
  readonly #session: SubscriberOwner;
  #requests: Requests | undefined;
  state: unknown = undefined;

  constructor(session: SubscriberOwner, requests: Requests | undefined) {
    this.#session = session;
    this.#requests = requests;
  }

  /** The requests among what a session holds. */
  static requestsIn(held: Held): Requests | undefined {
    return held instanceof LiveSubscriber ? held.#requests : held;
  }

  /** What a session holds with these requests in the place of those before. */
  static withRequests(held: Held, requests: Requests | undefined): Held {
    if (!(held instanceof LiveSubscriber)) return requests;
    held.#requests = requests;
    return held;
  }

  get session(): Session {
    return this.#session.handle;
  }

  get protocol(): Protocol {
    return this.#session.protocol;
  }

  send(data: Data): SendResult | 'closed' {
    return this.#session.sendEncoded(data);
  }

  event(event: ChannelEvent): SendResult | 'closed' {
    try {
      const data = this.#session.protocol.encode({ type: 'channelEvent', event });
      return data === undefined ? 'closed' : this.send(data);
    } catch (error) {
      this.#session.fault('protocol', error);
      return 'dropped';
    }
  }
}
