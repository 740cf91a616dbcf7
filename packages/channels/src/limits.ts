/**
 * The limits of channels and their defaults (PROTOCOL.md, section 5).
 *
 * Proven by: test/options.test.ts.
 */
import { checkKnownOptions, UsageError } from '@sallyport/core';

/**
 * The limits of the channels of a node. Each is a whole number of at least 1. Names that end in `Ms` are milliseconds, names that end
 * in `Bytes` are bytes of UTF-8. The others are numbers of things.
 */
export interface ChannelLimits {
  /** Channels that one session may have subscribed to; a further one is answered `tooManyChannels`. Default 128. */
  readonly channels: number;
  /** Channels that a node follows at once; a subscription to a further one is answered `unavailable`. Default 100 000. */
  readonly followedChannels: number;
  /** Bytes of the JSON text of one publication; a larger one is answered `publicationTooBig`. Default 65 536. */
  readonly publicationBytes: number;
  /**
   * Publications of one recovery, of one `history` and of one read of the log. A client that missed more has lost them. Default 300.
   */
  readonly recoveryPublications: number;
  /**
   * Bytes of the publications of one recovery. A client that missed more has lost them. Keep it below half of the sessions' `unsentBytes`, or
   * an answer may cut a slow client. Default 262 144 (256 KiB).
   */
  readonly recoveryBytes: number;
  /**
   * Bytes of recent publications that a node keeps for recoveries, over all channels. Past it the channel that was not used for longest
   * forgets its own, and the next recovery reads the log. Default 67 108 864 (64 MiB).
   */
  readonly recentBytes: number;
  /** Publications of one channel that wait while the channel reads its log; past it the read starts again. Default 1000. */
  readonly waitingPublications: number;
  /** Bytes of the publications of one channel that wait while the channel reads its log; past it the read starts again. Default 4 194 304 (4 MiB). */
  readonly waitingBytes: number;
  /** How long what was read from a log serves further recoveries. Default 10 000. */
  readonly recentMs: number;
  /** How long a channel without subscribers is still followed. Default 10 000. */
  readonly idleMs: number;
  /** How long a publication may take to arrive after the broker has appended it; then the channel reads the log. Default 1000. */
  readonly tailMs: number;
  /** The time between two comparisons of the followed channels with the tops of their logs. Default 30 000. */
  readonly comparisonMs: number;
  /** How long the authorizer may take; past it the operation is answered `unavailable`. Default 5000. */
  readonly authorizationMs: number;
  /** Users above which presence tells only their number. Default 100. */
  readonly presenceUsers: number;
  /** How long a user counts as present after the connection was lost. Default 10 000. */
  readonly presenceGraceMs: number;
  /** The time in which changes of a channel's presence are merged into one message. Default 1000. */
  readonly presenceMs: number;
  /**
   * The time over which sessions are asked about, or end with 4419, when the node may have missed revocations. Default 300 000 (5 minutes).
   */
  readonly recheckMs: number;
}

const defaults: ChannelLimits = {
  channels: 128,
  followedChannels: 100_000,
  publicationBytes: 65_536,
  recoveryPublications: 300,
  recoveryBytes: 262_144,
  recentBytes: 67_108_864,
  waitingPublications: 1_000,
  waitingBytes: 4_194_304,
  recentMs: 10_000,
  idleMs: 10_000,
  tailMs: 1_000,
  comparisonMs: 30_000,
  authorizationMs: 5_000,
  presenceUsers: 100,
  presenceGraceMs: 10_000,
  presenceMs: 1_000,
  recheckMs: 300_000,
};

/** The longest delay of a timer of the runtime. */
const LONGEST_MS = 2 ** 31 - 1;

/** Fills in the defaults. Throws a `UsageError` that names a limit if it is unknown or out of range. */
export function resolveChannelLimits(given: Partial<ChannelLimits>): ChannelLimits {
  checkKnownOptions('createChannels', given, Object.keys(defaults), 'limits.');
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of named) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`limits.${name}`, 'must be a whole number of at least 1', value);
    if (name.endsWith('Ms') && value > LONGEST_MS)
      throw new UsageError(`limits.${name}`, `must be at most ${LONGEST_MS}`, value);
  }
  return { ...defaults, ...Object.fromEntries(named) };
}
