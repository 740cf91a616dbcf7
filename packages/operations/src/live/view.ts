/**
 * The live view of the admin handler: a page, and what it asks for. It shows the sessions by state, the last ends, the channels, and the
 * steps of a session that the operator opens.
 *
 * Without an open view it keeps the last 50 ends, and records nothing. Proven by: test/live/view.test.ts, and tests/browser/live.test.ts.
 */
import type { Channels, FollowedChannel } from '@sallyport/channels';
import {
  type Counters,
  checkKnownOptions,
  type Observer,
  type Sessions,
  type StateName,
  UsageError,
} from '@sallyport/core';
import { type EndedSession, Ends } from './ends.ts';
import { type OpenedSession, OpenedSessions } from './opened.ts';

/** A file of the page. */
export interface LiveViewFile {
  /** The path of its URL below the handler, such as `/`. */
  readonly path: string;
  /** The Content-Type. */
  readonly type: string;
  /** The content. */
  readonly body: Uint8Array & { readonly buffer: ArrayBuffer };
  /** Whether the content of this path never changes. */
  readonly isImmutable: boolean;
}

/** Options of `createLiveView`. */
export interface LiveViewOptions {
  /** The files of the page: what `readLiveView` of `@sallyport/page` returns. */
  readonly page: readonly LiveViewFile[];
  /**
   * Whether an opened session shows the payloads of its messages. Credentials stay out in any case. The handler then opens sessions only for
   * requests that name a loopback address or localhost. Default: false.
   */
  readonly inspectPayloads?: boolean | undefined;
  /** The wall clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What the page shows of all sessions. */
export interface LiveOverview {
  /** When it was read, in milliseconds since 1970. */
  readonly at: number;
  /** The number of sessions. */
  readonly sessions: number;
  /** The number of sessions in each state that has any. */
  readonly states: Readonly<Partial<Record<StateName, number>>>;
  readonly counters: Readonly<Counters>;
  /** Bytes that wait in the process for clients. */
  readonly unsentBytes: number;
  /** The last ends, the newest first. */
  readonly ends: readonly EndedSession[];
  /** The channels with the most subscribers, 50 at most. Absent if the server has no channels. */
  readonly channels?: readonly FollowedChannel[];
  /** The number of channels that this node follows. */
  readonly followed?: number;
  /** Whether an opened session shows payloads. */
  readonly inspectsPayloads: boolean;
}

/** A live view of the sessions of one server. Pass it to `adminHandler` as `live`. */
export interface LiveView {
  /** Keeps the last ends. Pass it to `createSessions` as `observe`, or call its handlers from yours. */
  readonly observer: Observer;
  /** The files of the page. */
  readonly page: readonly LiveViewFile[];
  /** Whether an opened session shows payloads. */
  readonly inspectsPayloads: boolean;
  /** Reads what the page shows of all sessions. */
  overview(sessions: Sessions, channels: Channels | undefined): LiveOverview;
  /** Reads the steps of one session after the entry `after`, and watches it from now on, until no view has asked for 10 s. */
  open(sessions: Sessions, id: string, after: number): OpenedSession;
}

const MOST_CHANNELS = 50;

/** Makes a live view. Throws a `UsageError` that names the first wrong option. */
export function createLiveView(options: LiveViewOptions): LiveView {
  checkKnownOptions('createLiveView', options, ['page', 'inspectPayloads', 'now']);
  const { page, inspectPayloads: inspectsPayloads = false, now = Date.now } = options;
  if (!Array.isArray(page) || !page.some(({ path }) => path === '/'))
    throw new UsageError('page', 'must be what readLiveView of @sallyport/page returns', page);
  if (typeof inspectsPayloads !== 'boolean')
    throw new UsageError('inspectPayloads', 'must be true or false', inspectsPayloads);
  const ends = new Ends();
  const opened = new OpenedSessions(now, inspectsPayloads);
  return {
    page,
    inspectsPayloads,
    observer: {
      closed: (session, ending) => opened.ended(session, ends.add(session, ending, now())),
    },
    overview: (sessions, channels) => ({
      at: now(),
      sessions: sessions.size,
      states: sessions.countByState(),
      counters: sessions.counters,
      unsentBytes: sessions.countUnsentBytes(),
      ends: ends.newestFirst,
      ...(channels && { channels: mostSubscribed(channels), followed: channels.followed }),
      inspectsPayloads,
    }),
    open: (sessions, id, after) => opened.read(sessions, id, after),
  };
}

/** Without sorting all of them: a node may follow many. */
function mostSubscribed(channels: Channels): readonly FollowedChannel[] {
  const most: FollowedChannel[] = [];
  for (const channel of channels) {
    const least = most.at(-1);
    if (most.length === MOST_CHANNELS && least && channel.subscribers <= least.subscribers) continue;
    const at = most.findIndex(({ subscribers }) => subscribers < channel.subscribers);
    most.splice(at < 0 ? most.length : at, 0, channel);
    if (most.length > MOST_CHANNELS) most.pop();
  }
  return most;
}
