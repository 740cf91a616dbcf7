/**
 * The channels of a client's session: finds the channel of each message, and tells all channels what happens to the session.
 *
 * Proven by: test/channels/reading.test.ts, test/channels/publishing.test.ts.
 */
import { canBeChannel, decodeChannelMessage, type Fields, RequestError } from '@sallyport/protocol';
import type { ExtensionParts, SessionLink } from '../extension.ts';
import type { Channel, SessionChannels } from './channel.ts';
import { type ChannelOwner, LiveChannel } from './live-channel.ts';
import { Operations } from './operations.ts';
import { type PublishingOwner, publish } from './publishing.ts';
import { type RetryTimer, retryTimer } from './retrying.ts';
import { Turns } from './turns.ts';

interface Settings {
  /** Items that a reader may have and not consumed. */
  readonly unread: number;
  /** Publications before the subscription that a first reader gets. */
  readonly history: number;
}

interface Entry {
  readonly live: LiveChannel;
  readonly handle: Channel;
}

export class Channels implements ExtensionParts<SessionChannels>, ChannelOwner, PublishingOwner {
  readonly methods: SessionChannels = { channel: (name) => this.#channel(name) };
  readonly link: SessionLink;
  readonly operations: Operations;
  readonly retryTimer: RetryTimer;
  readonly unread: number;
  readonly history: number;
  readonly turns = new Turns();
  readonly endings = new Set<() => void>();
  readonly #channels = new Map<string, Entry>();

  constructor(link: SessionLink, { unread, history }: Settings) {
    this.link = link;
    this.unread = unread;
    this.history = history;
    this.operations = new Operations(link);
    this.retryTimer = retryTimer(link.clock, link.chance);
  }

  received(fields: Fields): void {
    const message = decodeChannelMessage(fields);
    if (!message) this.operations.failed(fields);
    else if ('event' in message) this.#entry(message.event.channel).live.received(message.event);
    else this.operations.answered(message.id, outcomeOf(message));
  }

  ready(): void {
    this.operations.send();
  }

  lost(): void {
    this.operations.lost();
    for (const { live } of this.#channels.values()) live.lost();
  }

  ended(): void {
    for (const end of [...this.endings]) end();
    // Before the channels end: a program that is told so may read again, for a session that it resumes.
    this.operations.lost();
    for (const { live } of this.#channels.values()) live.take({ type: 'session.ended' });
  }

  #channel(name: string): Channel {
    if (!this.link.isExtensible)
      throw new TypeError(
        "The text protocol has no channels: use the protocol 'json' (an option of connect)",
      );
    if (typeof name !== 'string' || !canBeChannel(name))
      throw new TypeError(
        'The name of a channel must have 1 to 255 printable characters of ASCII, without the space and without *',
      );
    return this.#entry(name).handle;
  }

  #entry(name: string): Entry {
    const known = this.#channels.get(name);
    if (known) return known;
    const live = new LiveChannel(name, this);
    const entry = { live, handle: handleOf(live, this) };
    this.#channels.set(name, entry);
    return entry;
  }
}

function outcomeOf(
  message: Exclude<ReturnType<typeof decodeChannelMessage>, undefined | { event: unknown }>,
) {
  if ('result' in message) return { result: message.result };
  return { error: new RequestError(message.error.code, message.error.message) };
}

/** The program's side of a channel. It gives no way to the machine. */
function handleOf(live: LiveChannel, owner: PublishingOwner & { readonly link: SessionLink }): Channel {
  const { name } = live;
  return Object.freeze({
    name,
    get state() {
      return live.state;
    },
    get path() {
      return live.path;
    },
    get position() {
      return live.position;
    },
    publish: (data, options) => publish(owner, name, data, options),
    presence: () => live.presence(),
    unsubscribe: () => live.take({ type: 'subscription.unwanted' }),
    on: (type, listener) => live.listeners.on(type, listener),
    [Symbol.asyncIterator]: () => live.read(),
  } satisfies Channel);
}
