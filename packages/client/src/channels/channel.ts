/** A channel, as a program has it: what it reads, and what it can do. Only types. */
import type { Position, PresentUser } from '@sallyport/protocol';
import type { ChannelFact } from './facts.ts';
import type { ClientChannelStateName } from './machine.ts';

/**
 * The state of a channel on the client.
 * - `unsubscribed`: the client does not read the channel.
 * - `subscribing`: the client waits for the server, and has no position in the channel.
 * - `live`: publications come as they are made.
 * - `recovering`: the client waits for the server, and will get what it missed since its position.
 * - `lost`: publications come as they are made, but some before the next one are lost.
 */
export type ChannelState = 'unsubscribed' | 'subscribing' | 'live' | 'recovering' | 'lost';

/** What a reader of a channel gets: a publication, or the word that some are lost. */
export type ChannelItem =
  | {
      /** A publication. */
      readonly type: 'publication';
      /** Its place in the channel. Offsets count from 1, without holes. */
      readonly position: Position;
      /** The user who published it. Undefined where the server published it itself. */
      readonly user: string | undefined;
      /** Any JSON value. `unknown`, because what comes from the other end has to be checked. */
      readonly data: unknown;
    }
  | {
      /** Publications between the previous item and the next one are lost. */
      readonly type: 'lost';
      /** The next publication follows this position. */
      readonly position: Position;
    };

/** The users who are present in a channel. */
export interface Presence {
  /** The number of present users. */
  readonly count: number;
  /** The users, each with the number of the user's sessions in the channel. Undefined where there are too many to list. */
  readonly users: readonly PresentUser[] | undefined;
}

/**
 * A change of the presence. Where there are too many users to list, `joined` and `left` are empty. After each new subscription, as after
 * a loss of the connection, `users` has all present users in place of those known before.
 */
export interface PresenceChange {
  /** The number of present users. */
  readonly count: number;
  /** Users who came. */
  readonly joined: readonly PresentUser[];
  /** The names of users whose last session left. */
  readonly left: readonly string[];
  /** After a new subscription: all present users, unless there are too many to list. Undefined otherwise. */
  readonly users?: readonly PresentUser[] | undefined;
}

/** A change of the state of a channel. */
export interface ChannelStateChange {
  /** The new state. */
  readonly state: ChannelState;
  /**
   * Why the channel is unsubscribed, if the server did it: a code of `channelErrors`, `requestErrors` or `unsubscribeReasons`
   * (PROTOCOL.md, section 8). Undefined otherwise.
   */
  readonly code: string | undefined;
}

/** The event `transition` of a channel: a step of its machine from one state to another. */
export interface ChannelTransition {
  /** The type of the fact that caused the step. */
  readonly fact: ChannelFact['type'];
  /** The innermost state before the step. */
  readonly from: ClientChannelStateName;
  /** The innermost state after it. */
  readonly to: ClientChannelStateName;
}

/** The events of a channel. */
export interface ChannelEvents extends Record<string, unknown> {
  /** `channel.path` has changed. Comes before `state`. */
  readonly transition: ChannelTransition;
  /** The state has changed. */
  readonly state: ChannelStateChange;
  /** The presence has changed. Only for a client that reads the channel and has called `presence()`. */
  readonly presence: PresenceChange;
}

/** The options of one publication. */
export interface PublishOptions {
  /**
   * Marks the publication, so that the server makes it once however often it is sent: 1 to 64 printable characters of ASCII. Default: a
   * random key.
   */
  readonly key?: string;
  /** Milliseconds until the client gives up: above 0, at most 60 000. Waiting for the session and for publications before it counts. Default 35 000. */
  readonly timeoutMs?: number;
}

/**
 * A channel of a session. Iterating it reads it: `for await (const item of session.channel('room:42'))`. The client subscribes with the
 * first reader and unsubscribes after the last one. Every reader gets every publication, once and in order, or the item `lost`. A reader
 * of a closed session ends at once.
 */
export interface Channel extends AsyncIterable<ChannelItem> {
  /** The name of the channel. */
  readonly name: string;
  /** The state of the channel. */
  readonly state: ChannelState;
  /** The innermost state of the machine, dotted: `joining.asking`. For programs that show or log it; `state` is the one to act on. */
  readonly path: ClientChannelStateName;
  /** The position of the last publication that came. Undefined without a subscription. */
  readonly position: Position | undefined;
  /**
   * Publishes, and resolves with the position. If the server is not available, does not answer or cannot tell whether it published, the
   * client sends the publication again with the same key, so it is made once. Publications of a session in one channel are made in the
   * order of the calls: each is sent when the one before is settled. `data` is any JSON value, encoded at once. Rejects with a
   * `RequestError` that the server answered, with the code `timedOut`, or with `tooManyRequests` at once if 1000 publications and questions
   * for the presence of this session have no answer yet; with a `NotSentError` if the session is
   * over; with a `TypeError` for a wrong argument.
   */
  publish(data: unknown, options?: PublishOptions): Promise<Position>;
  /** Resolves with the users who are present. Rejects as `publish` does. */
  presence(): Promise<Presence>;
  /** Ends all readers of this channel, and the subscription. */
  unsubscribe(): void;
  /** Begins to read: the items from now on. */
  [Symbol.asyncIterator](): AsyncIterator<ChannelItem, undefined>;
  /** Calls the listener for each event. Returns a function that removes it. */
  on<Type extends keyof ChannelEvents>(
    type: Type,
    listener: (event: ChannelEvents[Type]) => void,
  ): () => void;
}

/** What `channels()` adds to a session. */
export interface SessionChannels {
  /**
   * The channel of this name: 1 to 255 printable characters of ASCII, without the space and without `*`. The same object each time.
   * Throws a `TypeError` for any other name and in the text protocol.
   */
  channel(name: string): Channel;
}
