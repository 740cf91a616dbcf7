/**
 * The WebSocket of all clients of a campaign. It checks what a server sends on each connection, before the client library can mend it: a
 * client drops duplicates and recovers gaps by itself, so its readers would not see that a server was wrong.
 *
 * Proven by: test/campaign-rules.test.ts.
 */
import type { SocketClass } from '@sallyport/client';
import { WebSocket } from 'ws';
import type { Chance } from './chance.ts';
import type { Findings } from './findings.ts';

interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** The fields that the check reads. */
interface Message {
  readonly type?: string;
  readonly id?: number;
  readonly channel?: string;
  readonly since?: Place;
  readonly data?: unknown;
  readonly position?: Place;
  readonly recovered?: boolean;
  readonly offset?: number;
  readonly publications?: readonly { readonly offset: number }[];
  readonly error?: { readonly code?: string };
}

export class Wire {
  readonly Class: SocketClass;
  readonly findings: Findings;
  /** For each content: how often it was sent, less the answers that it was not published. */
  readonly #undecided = new Map<string, number>();
  readonly #open = new Set<WebSocket>();

  constructor(findings: Findings) {
    this.findings = findings;
    const watch = (socket: WebSocket) => this.#watch(socket);
    const sent = new WeakMap<WebSocket, ConnectionCheck>();
    this.Class = class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sent.set(this, watch(this));
      }

      override send(data: string): void {
        sent.get(this)?.asked(JSON.parse(data) as Message);
        super.send(data);
      }
    } as unknown as SocketClass;
  }

  /** Cuts some of the connections, without a close frame. */
  cut(chance: Chance): void {
    for (const socket of this.#open) if (chance.next() < 0.5) socket.terminate();
  }

  /** Whether each attempt to publish a content was answered: it is not published. */
  isRefused(content: string): boolean {
    return this.#undecided.get(content) === 0;
  }

  /** Forgets a content. */
  forget(content: string): void {
    this.#undecided.delete(content);
  }

  count(content: string, attempts: number): void {
    this.#undecided.set(content, (this.#undecided.get(content) ?? 0) + attempts);
  }

  #watch(socket: WebSocket): ConnectionCheck {
    const check = new ConnectionCheck(this);
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('message', (data) => check.received(JSON.parse(String(data)) as Message));
    return check;
  }
}

/** The check of one connection. */
export class ConnectionCheck {
  readonly #wire: Wire;
  readonly #asked = new Map<number, Message>();
  readonly #positions = new Map<string, Place>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The client has sent a message. */
  asked(message: Message): void {
    const { type, id } = message;
    if (id === undefined || (type !== 'subscribe' && type !== 'publish')) return;
    this.#asked.set(id, message);
    if (type === 'publish') this.#wire.count(String(message.data), 1);
  }

  /** The server has sent a message. */
  received(message: Message): void {
    const { id, channel = '', position } = message;
    const asked = id === undefined ? undefined : this.#asked.get(id);
    if (id !== undefined) this.#asked.delete(id);
    if (message.type === 'subscribed' && position) this.#subscribed(channel, message, position, asked?.since);
    else if (message.type === 'publication') this.#publication(channel, message.offset);
    else if (message.type === 'lost' && position) this.#positions.set(channel, position);
    else if (message.type === 'unsubscribed') this.#positions.delete(channel);
    else if (asked?.type === 'publish' && message.error?.code === 'unavailable')
      this.#wire.count(String(asked.data), -1);
  }

  #subscribed(channel: string, message: Message, position: Place, since: Place | undefined): void {
    const { recovered, publications = [] } = message;
    const first = publications[0]?.offset ?? position.offset + 1;
    if (recovered) {
      this.#wire.findings.recoveries += 1;
      this.#require(
        since !== undefined && since.epoch === position.epoch && first === since.offset + 1,
        'a recovery begins behind the position of the client',
        () => `${channel}: ${first} follows ${JSON.stringify(since)}, up to ${JSON.stringify(position)}`,
      );
    }
    this.#positions.set(channel, { ...position, offset: first - 1 });
    for (const { offset } of publications) this.#publication(channel, offset);
    const reached = this.#positions.get(channel)?.offset;
    this.#require(
      reached === position.offset,
      'a recovery ends at the position of its answer',
      () => `${channel}: ${reached} is not ${position.offset}`,
    );
    this.#positions.set(channel, position);
  }

  #publication(channel: string, offset: number | undefined): void {
    const position = this.#positions.get(channel);
    this.#require(
      position !== undefined && offset === position.offset + 1,
      'a server sends no hole and no duplicate',
      () => `${channel}: ${offset} follows ${JSON.stringify(position)}`,
    );
    if (position && offset !== undefined) this.#positions.set(channel, { ...position, offset });
  }

  #require(holds: boolean, rule: string, what: () => string): void {
    this.#wire.findings.require(holds, rule, what);
  }
}
