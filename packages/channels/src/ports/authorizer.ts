/**
 * The authorizer: a port. It decides what a user may do in a channel.
 *
 * It fails closed: only an explicit `allow(…)` opens a channel. An error, a rejection, a timeout, or any other value never does.
 * `authorization.ts` reads the verdicts. Proven by: test/session/authorization.test.ts.
 */
import { checkKnownOptions, type Session, UsageError } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';

/**
 * What a user wants to do. `subscribe`: get what is published from now on. `recover`: get what was published before, since a
 * position or the last ones; asked after `subscribe`, and if it is denied, the client only subscribes. `publish`: publish. `presence`: see
 * which users are there.
 */
export type ChannelAction = 'subscribe' | 'recover' | 'publish' | 'presence';

/** A permission, as `allow` makes it. */
export interface Permission {
  /** Tells it from a denial. */
  readonly verdict: 'allowed';
  /** The time at which the permission ends: milliseconds since 1970. Undefined if it does not end. */
  readonly untilMs: number | undefined;
  /** What the app keeps of the subscription. Never sent to a client. */
  readonly info: unknown;
}

/** The authorizer's decision. Made by `allow` and `deny`. */
export type ChannelVerdict = Permission | { readonly verdict: 'denied' };

/** What an authorizer knows about a question besides session, channel and action. */
export interface AuthorizationContext {
  /** The position since which the client wants to recover. Undefined for other actions, and for the last publications. */
  readonly since: Position | undefined;
  /** Aborts when nobody waits for the verdict any more. Made at the first use. */
  readonly signal: AbortSignal;
}

/**
 * Decides whether the user of a session may do something in a channel, now or later. It is asked for each subscription, each
 * publication and each question for the presence. When the identity was refreshed, it is asked again for every subscription, and for
 * every channel whose changes of presence the client gets. `reauthorize` of the channels asks again for all sessions.
 */
export type Authorizer<Context = unknown> = (
  session: Session<Context>,
  channel: string,
  action: ChannelAction,
  context: AuthorizationContext,
) => ChannelVerdict | PromiseLike<ChannelVerdict>;

/** One object for all permissions without options, so that a subscription costs no further bytes for it. */
const ALLOWED: Permission = Object.freeze({ verdict: 'allowed', untilMs: undefined, info: undefined });
const DENIED = Object.freeze({ verdict: 'denied' } as const);

/**
 * Allows it. `untilMs` is the time at which the permission ends: milliseconds since 1970, as the `exp` of a token times 1000. The
 * subscription then ends with the reason `permissionEnded`. Default: it does not end. `info` is what the app keeps of the subscription.
 * Throws a `UsageError` for a wrong argument.
 */
export function allow(
  options: { readonly untilMs?: number | undefined; readonly info?: unknown } = {},
): ChannelVerdict {
  checkKnownOptions('allow', options, ['untilMs', 'info']);
  const { untilMs, info } = options;
  if (untilMs === undefined && info === undefined) return ALLOWED;
  if (!isTime(untilMs)) throw new UsageError('untilMs', TIME, untilMs);
  return { verdict: 'allowed', untilMs, info };
}

/** Denies it. The client gets `forbidden`. */
export const deny = (): ChannelVerdict => DENIED;

export const TIME = 'must be a finite number of milliseconds since 1970';

/** Whether a value can be the end of a permission. Undefined means no end. */
export function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}
