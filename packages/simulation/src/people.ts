/** The users of a simulation, their secret and their channels. */

/** The password of every user. It must never show in a log, a reason or an error. */
export const CANARY = 'canary-7c1f';

/** The users. The last ones are the same user with several clients. */
export const USERS = ['ada', 'bob', 'eve', 'ada'] as const;

/** The channels: with much history, with little, with history that is soon too old, and with none. */
export const CHANNELS = ['long', 'short', 'brief', 'none'] as const;

/** Channels of the raw actor: one more than a session may have. */
export const RAW_CHANNELS = [...CHANNELS, 'spare'] as const;

/** What the log of each channel keeps. */
export const NAMESPACES = {
  long: { historySize: 10_000, historyMs: 600_000 },
  short: { historySize: 4, historyMs: 600_000 },
  brief: { historySize: 100, historyMs: 3_000 },
  none: { historySize: 0 },
  spare: { historySize: 5, presence: false },
} as const;
