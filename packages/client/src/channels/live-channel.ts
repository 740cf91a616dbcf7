/**
 * A channel behind its handle: runs what its machine commands, and passes publications to its readers.
 *
 * Proven by: test/channels/reading.test.ts, test/channels/recovery-walks.test.ts.
 */
import { compileDescription, type Snapshot, type Stepped, Stepper } from '@sallyport/compile';
import {
  type ChannelEvent,
  operationEncoder,
  type Position,
  type ReceivedPublication,
  RequestError,
} from '@sallyport/protocol';
import { Listeners } from '../listeners.ts';
import type { ChannelEvents, ChannelItem, ChannelState, Presence } from './channel.ts';
import { description } from './description.ts';
import type { ChannelCommand, ChannelFact } from './facts.ts';
import type { ClientChannelStateName, clientChannelMachine } from './machine.ts';
import type { OperationOutcome } from './operations.ts';
import { type PublishingOwner, presence } from './publishing.ts';
import { Reader } from './reader.ts';
import { mayRetryLater } from './retrying.ts';

type ChannelSnapshot = Snapshot<typeof clientChannelMachine>;

const stepper = new Stepper<ChannelSnapshot, ChannelFact, ChannelCommand, undefined, LiveChannel>(
  compileDescription<typeof clientChannelMachine>(description),
);

/** What a channel needs of the channels of its session. */
export interface ChannelOwner extends PublishingOwner {
  /** Items that a reader may have and not consumed. */
  readonly unread: number;
  /** Publications before the subscription that a first reader gets. */
  readonly history: number;
}

export class LiveChannel implements Stepped<ChannelSnapshot, ChannelFact, ChannelCommand> {
  readonly name: string;
  readonly listeners = new Listeners<ChannelEvents>();
  readonly #owner: ChannelOwner;
  readonly #readers = new Set<Reader>();
  /** The id of the last subscribe. 0 once an unsubscribe was sent: then the answers to subscribes before it say nothing any more. */
  #subscribing = 0;
  #stopTimer: (() => void) | undefined;
  /** Stops the timer of an unsubscribe that the server refused. */
  #stopUnsubscribing: (() => void) | undefined;
  #code: string | undefined;
  /** Whether the program has asked for the presence, and so gets its changes. */
  #hasAskedPresence = false;
  snapshot: ChannelSnapshot | undefined;
  isStepping = false;
  arrived: ChannelFact[] | undefined;
  hasEnded = false;

  constructor(name: string, owner: ChannelOwner) {
    this.name = name;
    this.#owner = owner;
    stepper.start(this, undefined);
  }

  get state(): ChannelState {
    return stateOf(this.snapshot);
  }

  get path(): ClientChannelStateName {
    return pathOf(this.snapshot);
  }

  get position(): Position | undefined {
    return this.snapshot?.context.position;
  }

  /** Whether it waits until the server has no subscription. */
  get #isLeaving(): boolean {
    return this.path === 'joining.leaving' || this.path === 'unsubscribing';
  }

  read(): AsyncIterator<ChannelItem, undefined> {
    const reader = new Reader(this.#owner.unread, (one, hasEnded) => {
      if (hasEnded) this.#left(one);
      else this.#catchUp();
    });
    if (this.#owner.link.state === 'closed') {
      reader.end(undefined);
      return reader;
    }
    // A reader of a channel that is subscribed already begins with the next publication.
    reader.position = this.position;
    this.#readers.add(reader);
    this.take({ type: 'subscription.wanted' });
    return reader;
  }

  /** Asks for the presence, now and with each later subscription: the server forgets with a subscription that its client has asked. */
  async presence(): Promise<Presence> {
    this.#hasAskedPresence = true;
    try {
      return await presence(this.#owner, this.name);
    } catch (error) {
      this.#hasAskedPresence = false;
      throw error;
    }
  }

  /** What the server sends about this channel unasked. */
  received(event: ChannelEvent<ReceivedPublication>): void {
    switch (event.type) {
      case 'publication':
        this.take({ type: 'publication.received', publication: event.publication });
        break;
      case 'subscribed':
      case 'lost':
        this.take({ type: `${event.type}.received`, position: event.position });
        break;
      case 'unsubscribed': {
        const retry = event.reason === 'permissionEnded' ? 'later' : 'never';
        this.take({ type: 'unsubscribed.received', code: event.reason, retry });
        break;
      }
      case 'presenceChanged': {
        const { count, joined, left } = event;
        this.listeners.notify('presence', { count, joined, left });
        break;
      }
    }
  }

  /** The connection is lost. */
  lost(): void {
    this.take({ type: 'connection.lost', isRead: this.#readers.size > 0 });
  }

  take(fact: ChannelFact): void {
    stepper.take(this, fact);
  }

  // --- Stepped: for the stepper.

  entered(): void {
    // The subscription has ended in another way.
    if (!this.#isLeaving) this.#stopUnsubscribing?.();
  }

  next(): undefined {}

  run(command: ChannelCommand): void {
    switch (command.type) {
      case 'subscribe':
        this.#subscribe(command.since);
        break;
      case 'unsubscribe':
        this.#unsubscribe(1);
        break;
      case 'cancel':
        this.#owner.operations.cancel(this.#subscribing);
        break;
      case 'deliver':
        for (const publication of command.publications)
          for (const reader of this.#readers) reader.take(command.epoch, publication);
        break;
      case 'tellLost':
        for (const reader of this.#readers)
          if (!command.from || reader.position?.offset === command.from.offset) reader.lose(command.position);
        break;
      case 'end':
        this.#end(command.code);
        break;
      case 'arm':
        this.#stopTimer = this.#owner.retryTimer(command.failures, () =>
          this.take({ type: 'retry.timedOut' }),
        );
        break;
      case 'disarm':
        this.#stopTimer?.();
        break;
    }
  }

  stepped(before: ChannelSnapshot | undefined, fact: ChannelFact | undefined): void {
    const { state, path } = this;
    if (isSubscribed(state)) {
      for (const reader of this.#readers) reader.position ??= this.position;
      this.#catchUp();
    }
    if (this.#hasAskedPresence && isSubscribed(state) && !isSubscribed(stateOf(before)))
      this.presence().then(
        (all) => this.listeners.notify('presence', { ...all, joined: [], left: [] }),
        () => {},
      );
    const from = pathOf(before);
    if (fact && path !== from) this.listeners.notify('transition', { fact: fact.type, from, to: path });
    if (state !== stateOf(before)) this.listeners.notify('state', { state, code: this.#code });
    this.#code = undefined;
  }

  /** A step must not throw. An error in one ends the channel, and shows as an uncaught error. */
  broken(error: unknown): void {
    this.hasEnded = true;
    this.#stopTimer?.();
    this.#stopUnsubscribing?.();
    this.#end('internal');
    queueMicrotask(() => {
      throw error;
    });
  }

  #subscribe(since: Position | undefined): void {
    const { operations, history } = this.#owner;
    const more = since ? { since } : history > 0 && { history };
    const encode = operationEncoder({ type: 'subscribe', channel: this.name, ...more });
    this.#subscribing = operations.start(encode, (outcome) => {
      const fact = factOf(outcome);
      if (fact && this.#subscribing > 0) this.take(fact);
    });
  }

  /** Tries again until the server has ended the subscription: one that it keeps would go on unread. */
  #unsubscribe(attempt: number): void {
    this.#stopUnsubscribing?.();
    this.#subscribing = 0;
    const encode = operationEncoder({ type: 'unsubscribe', channel: this.name });
    this.#owner.operations.start(encode, (outcome) => {
      // The connection that took the subscription away is a fact of its own.
      if (outcome === 'lost') return;
      if ('result' in outcome || outcome.error.code === 'notSubscribed')
        this.take({ type: 'unsubscribe.settled' });
      else if (this.#isLeaving)
        this.#stopUnsubscribing = this.#owner.retryTimer(attempt, () => this.#unsubscribe(attempt + 1));
    });
  }

  /** Recovers what a reader missed that was too slow, and that waits now. */
  #catchUp(): void {
    const { position } = this;
    if (!position || !isSubscribed(this.state)) return;
    for (const reader of this.#readers)
      if (reader.isWaiting && reader.position && !isAt(reader.position, position)) {
        this.take({ type: 'catchUp.requested', position: reader.position });
        return;
      }
  }

  #left(reader: Reader): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0)
      this.take({ type: 'subscription.unwanted' });
  }

  #end(code: string | undefined): void {
    this.#code = code;
    const readers = [...this.#readers];
    this.#readers.clear();
    for (const reader of readers) reader.end(code === undefined ? undefined : new RequestError(code));
  }
}

const pathOf = (snapshot: ChannelSnapshot | undefined) =>
  (snapshot?.path ?? 'unsubscribed') as ClientChannelStateName;

function stateOf(snapshot: ChannelSnapshot | undefined): ChannelState {
  const [first] = pathOf(snapshot).split('.');
  if (first === 'joining') return snapshot?.context.position ? 'recovering' : 'subscribing';
  return first === 'live' || first === 'lost' ? first : 'unsubscribed';
}

const isSubscribed = (state: ChannelState): boolean => state === 'live' || state === 'lost';

const isAt = (one: Position, other: Position): boolean =>
  one.epoch === other.epoch && one.offset === other.offset && one.tag === other.tag;

/** A subscribe that the connection took away has no fact: the loss is one. */
function factOf(outcome: OperationOutcome): ChannelFact | undefined {
  if (outcome === 'lost') return undefined;
  if ('error' in outcome) {
    const { code } = outcome.error;
    const retry = code === 'alreadySubscribed' ? 'again' : mayRetryLater(code) ? 'later' : 'never';
    return { type: 'subscribe.failed', code, retry };
  }
  if (outcome.result.type !== 'subscribed')
    return { type: 'subscribe.failed', code: 'internal', retry: 'later' };
  const { position, recovered, publications } = outcome.result;
  return { type: 'subscribe.succeeded', position, recovered, publications };
}
