/**
 * The fan-out: the events of a channel for all its members. An event is encoded once for each protocol.
 *
 * Publications that arrive together leave together: they wait until the code that brought them has returned, and then each member is visited
 * once for all of them. Everything else that concerns the members sends them first: an event of another kind, a new member, a member that
 * leaves, the end of the channel. So every member gets exactly what arrived while it was one, in order.
 *
 * A member may leave meanwhile, because `send` ends the session of a client that takes in too little.
 * Proven by: test/channel/channel.test.ts, test/channel/fan-out.test.ts.
 */
import type { ChannelEvent, Data, Protocol } from '@sallyport/protocol';
import type { Member } from './joiner.ts';

/**
 * Publications, and units of their JSON texts, at which they are sent at once. Together they make less than the 64 KiB at which an adapter
 * sends what waits: it joins the same data for all connections once only if each of them gets it in one piece.
 */
const MOST_PUBLICATIONS = 32;
const MOST_UNITS = 16_384;

type Publication = Extract<ChannelEvent, { type: 'publication' }>;

/** What the fan-out needs of its channel. */
export interface FanOutOwner {
  readonly members: Iterable<Member>;
  /** So many events were sent, each of them to one member. */
  sent(count: number): void;
  /** Reports an error of a protocol. */
  encodingFailed(error: unknown): void;
  /** The fan-out itself has failed. */
  broken(error: unknown): void;
}

export class FanOut {
  readonly #owner: FanOutOwner;
  /** Undefined while nothing waits. */
  #waiting: Publication[] | undefined;
  #units = 0;
  #isSending = false;

  constructor(owner: FanOutOwner) {
    this.#owner = owner;
  }

  /** Sends a publication to all members, with those that arrive together with it. */
  publish(event: Publication): void {
    if (this.#waiting) this.#waiting.push(event);
    else {
      this.#waiting = [event];
      void Promise.resolve().then(() => this.#flushLater());
    }
    this.#units += event.publication.json.length;
    if (this.#waiting.length >= MOST_PUBLICATIONS || this.#units >= MOST_UNITS) this.flush();
  }

  /** Sends another event to all members. */
  tell(event: ChannelEvent): void {
    this.flush();
    this.#send([event]);
  }

  /** Sends now what waits. Call it before the members change. */
  flush(): void {
    // A member that leaves within `send` is one that gets nothing more.
    if (!this.#waiting || this.#isSending) return;
    const events = this.#waiting;
    this.#waiting = undefined;
    this.#units = 0;
    this.#send(events);
  }

  #send(events: readonly ChannelEvent[]): void {
    const owner = this.#owner;
    this.#isSending = true;
    try {
      owner.sent(fanOut(owner.members, events, (error) => owner.encodingFailed(error)));
    } finally {
      this.#isSending = false;
    }
  }

  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      this.#owner.broken(error);
    }
  }
}

/** Sends events to all members. Returns how many were sent, counted for each member. */
export function fanOut(
  members: Iterable<Member>,
  events: readonly ChannelEvent[],
  fault: (error: unknown) => void,
): number {
  const encoded = new Map<Protocol, readonly Data[]>();
  let protocol: Protocol | undefined;
  let all: readonly Data[] = [];
  let sent = 0;
  for (const { subscriber } of members) {
    if (subscriber.protocol !== protocol) {
      protocol = subscriber.protocol;
      all = encoded.get(protocol) ?? encode(protocol, events, fault);
      encoded.set(protocol, all);
    }
    for (const data of all) subscriber.send(data);
    sent += all.length;
  }
  return sent;
}

/** An event that the protocol has no words for, or fails to encode, is left out. */
function encode(
  protocol: Protocol,
  events: readonly ChannelEvent[],
  fault: (error: unknown) => void,
): readonly Data[] {
  const all: Data[] = [];
  for (const event of events)
    try {
      const data = protocol.encode({ type: 'channelEvent', event });
      if (data !== undefined) all.push(data);
    } catch (error) {
      fault(error);
    }
  return all;
}
