/**
 * How long a client waits before it connects again, or before it sends postponed credentials again. Both use full jitter, so
 * that clients that lost one server together do not return together. Proven by: test/backoff.test.ts.
 */
import { reasons } from '@sallyport/protocol';
import type { Chance } from './clock.ts';
import type { EndReason } from './facts.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const SPREAD_MS = 1_000;

/** Milliseconds until the next attempt. `failures`: failed attempts in a row before this one. */
export function retryMs(reason: EndReason, failures: number, chance: Chance): number {
  const row = Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : undefined;
  // An expired sign-in is renewed at once, unless the last one also expired.
  if (row?.retry === 'withFreshToken' && failures === 0) return 0;
  const jitter = chance() * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return Math.round((row?.notBeforeMs ?? 0) + jitter);
}

/**
 * Milliseconds until postponed credentials are sent again: what the server asks for, but at least 1 s so that no server can
 * make the client loop, and a random part of up to 1 s. A longer one would miss the second in which the server draws lots
 * (`@sallyport/auth`), and with it most chances to get in.
 */
export function repeatMs(retryInMs: number, chance: Chance): number {
  const leastMs = Math.max(FIRST_MS, retryInMs);
  return Math.round(leastMs + chance() * Math.min(SPREAD_MS, leastMs / 2));
}

/** Whether a wait may end early when the network or the page is back: only if the network may be its cause. */
export const maySkipWait = (reason: EndReason): boolean =>
  reason === 'connectionLost' || reason === 'credentialsFailed';
