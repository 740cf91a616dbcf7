/**
 * The errors of operations on channels, and the reasons for which a server ends a subscription (PROTOCOL.md, section 8).
 *
 * These codes exist beside those of requests: an operation may also fail with `unavailable`, `timedOut`, `cancelled` and so on.
 * Proven by: test/channel-errors.test.ts, test/document.test.ts.
 */
import { RequestError, type RequestErrorRow, type RequestRetry } from './request-errors.ts';

const row = (message: string, retry: RequestRetry): RequestErrorRow => ({ message, retry });

/** The table of channel errors, by code. */
export const channelErrors = {
  channelNotFound: row('the server has no such channel', 'never'),
  forbidden: row('the user may not do this in this channel', 'never'),
  alreadySubscribed: row('the session has subscribed to this channel', 'never'),
  notSubscribed: row('the session has not subscribed to this channel', 'never'),
  tooManyChannels: row('the session has subscribed to too many channels', 'later'),
  publicationTooBig: row('the publication is too big', 'never'),
  unknown: row('the server cannot tell whether the publication was made', 'ifIdempotent'),
} as const satisfies Readonly<Record<string, RequestErrorRow>>;

/** A code of the table. */
export type ChannelErrorCode = keyof typeof channelErrors;

/** Makes the error of a code, with the text of the table. `data` is further data about the error, which JSON can express. */
export function channelError(code: ChannelErrorCode, data?: unknown): RequestError {
  return new RequestError(code, channelErrors[code].message, data);
}

/**
 * When a client may subscribe again after the server ended its subscription.
 * - `never`: the server would refuse it, as long as the session has this identity.
 * - `onDemand`: when the user wants to go on.
 * - `later`: by itself, after a while.
 */
export type UnsubscribeRetry = 'never' | 'onDemand' | 'later';

/** What follows from a reason. */
export interface UnsubscribeReasonRow {
  /** The text for people. */
  readonly message: string;
  /** When a client may subscribe again. */
  readonly retry: UnsubscribeRetry;
}

/** The table of reasons for which a server ends a subscription, by code. */
export const unsubscribeReasons = {
  permissionEnded: { message: 'the permission has ended', retry: 'later' },
  permissionRevoked: { message: 'the user may not read this channel any more', retry: 'never' },
  unsubscribedByServer: { message: 'unsubscribed by the server', retry: 'onDemand' },
} as const satisfies Readonly<Record<string, UnsubscribeReasonRow>>;

/** Why the server ended a subscription: a code of `unsubscribeReasons`. */
export type UnsubscribeReason = keyof typeof unsubscribeReasons;
