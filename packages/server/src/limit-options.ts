/**
 * The options for limits. The limits without an option keep the defaults of the core (PROTOCOL.md, section 5).
 *
 * Proven by: test/limit-options.test.ts.
 */
import type { LimitChanges, Limits } from '@sallyport/core';
import type { Key } from './configuration/keys.ts';
import type { Configuration } from './configuration/resolve.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface LimitOptions {
  readonly limits: Partial<Limits>;
  /** `file-limit.ts` compares it with the number of files that the process may open. */
  readonly maxConnections?: OptionValue<number>;
}

interface Row {
  readonly limit: keyof Limits;
  readonly key: Key;
  /** The factor from the option's unit to the core's unit. Default: 1. */
  readonly factor?: number;
}

const rows: readonly Row[] = [
  { limit: 'unauthenticatedSessions', key: 'maxUnauthenticated' },
  { limit: 'unauthenticatedPerSource', key: 'maxPerSource' },
  { limit: 'authenticationMs', key: 'signInTime', factor: 1_000 },
  { limit: 'attempts', key: 'attempts' },
  { limit: 'credentialBytes', key: 'credentialSize' },
  { limit: 'messageBytes', key: 'messageSize' },
  { limit: 'messagesPerSecond', key: 'messageRate' },
  { limit: 'burst', key: 'messageBurst' },
  { limit: 'idleMs', key: 'idleTime', factor: 1_000 },
];

/** Throws a `StartupError` for options that conflict. */
export function limitOptions(configuration: Configuration): LimitOptions {
  const limits: { -readonly [Name in keyof Limits]?: Limits[Name] } = {};
  for (const { limit, key, factor = 1 } of rows) {
    const option = configuration.given<number>(key);
    if (option) limits[limit] = option.value * factor;
  }
  if (limits.unauthenticatedSessions)
    limits.earlyRefusalSessions = Math.ceil(limits.unauthenticatedSessions / 2);
  const burst = configuration.given('messageBurst');
  if (burst && limits.messagesPerSecond === undefined)
    throw new StartupError(`${burst.name} has no effect without a rate: add --message-rate`);
  const maxConnections = configuration.given<number>('maxConnections');
  return { limits, ...(maxConnections && { maxConnections }) };
}

/** What a reload passes to `changeLimits` of core: all limits whose options are reloaded, `undefined` for those without a value. */
export function limitChanges({
  authenticationMs,
  idleMs,
  messagesPerSecond,
  burst,
  unauthenticatedSessions,
  earlyRefusalSessions,
  unauthenticatedPerSource,
}: Partial<Limits>): LimitChanges {
  return {
    authenticationMs,
    idleMs,
    messagesPerSecond,
    burst,
    unauthenticatedSessions,
    earlyRefusalSessions,
    unauthenticatedPerSource,
  };
}
