/** Both ends of a session without a connection: what core and the client library do with the two ends of a contract. */
import type {
  ChannelItem,
  ClientChannel,
  ClientSession,
  Implemented,
  IncomingRequest,
  Message,
  ServerSession,
} from '@sallyport/contract';

/** A request as core hands it over. Counts how often its signal was read. */
export class Request implements IncomingRequest {
  readonly id = 1;
  readonly method: string;
  readonly params: unknown;
  readonly #abort = new AbortController();
  signalReads = 0;

  constructor(method: string, params?: unknown) {
    this.method = method;
    this.params = params;
  }

  get signal(): AbortSignal {
    this.signalReads += 1;
    return this.#abort.signal;
  }

  abort(): void {
    this.#abort.abort();
  }
}

/** A server's session that records what it sends. */
export function serverSession(sent: Message[] = []): ServerSession {
  return {
    id: 1,
    peer: { address: '192.0.2.1' },
    identity: { user: 'ada', expiresInMs: Number.POSITIVE_INFINITY },
    protocol: 'json',
    send(message) {
      sent.push(message);
      return 'sent';
    },
    close() {},
  };
}

/** What the wire does to a value. */
function overTheWire(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** A client's session whose requests and messages the implementation serves. */
export class JoinedSession implements ClientSession {
  readonly requests: { method: string; options: object | undefined }[] = [];
  readonly #server: Pick<Implemented<never>, 'requests' | 'application' | 'validatePublication'>;
  readonly #session = serverSession();
  /** The items of each channel that are not read yet. */
  readonly items = new Map<string, ChannelItem[]>();
  readonly #listeners = new Set<(message: Message) => void>();
  readonly #unread: Message[] = [];

  constructor(server: Pick<Implemented<never>, 'requests' | 'application' | 'validatePublication'>) {
    this.#server = server;
  }

  async request(method: string, params?: unknown, options?: object): Promise<unknown> {
    this.requests.push({ method, options });
    return overTheWire(await this.#server.requests(new Request(method, overTheWire(params)), this.#session));
  }

  send(message: Message): void {
    const reply = this.#server.application(message, this.#session);
    if (reply !== undefined) this.arrive(reply as Message);
  }

  on(_type: 'message', listener: (message: Message) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Channels of their own: what is published comes back to their readers, as the server publishes it. */
  channel(name: string): ClientChannel {
    const server = this.#server;
    const items = this.items.get(name) ?? [];
    this.items.set(name, items);
    const publication = (data: unknown) => {
      const position = { epoch: 'e', offset: items.length + 1, tag: '00000001' };
      items.push({ type: 'publication', position, user: 'ada', data: overTheWire(data) });
      return position;
    };
    return Object.freeze({
      name,
      get state() {
        return items.length > 0 ? 'live' : 'unsubscribed';
      },
      publish: async (data: unknown) => publication(server.validatePublication(name, overTheWire(data))),
      /** Ends after the items that have arrived. */
      async *[Symbol.asyncIterator]() {
        yield* items.splice(0);
        return undefined;
      },
    });
  }

  /** A message of the server arrives. */
  arrive(message: Message): void {
    this.#unread.push(message);
    for (const listener of this.#listeners) listener(message);
  }

  /** Ends after the messages that have arrived. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message, undefined> {
    yield* this.#unread.splice(0);
    return undefined;
  }
}
