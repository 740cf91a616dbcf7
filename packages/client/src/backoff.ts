/**
 * How long a client waits before it connects again, or says postponed credentials again: full jitter, so that those who lost one server at the same time do not
 * all come back at the same time. Proven by: test/backoff.test.ts.
 */
import { reasons } from '@sallyport/protocol';
import type { Chance } from './clock.ts';
import type { EndReason } from './facts.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

export function retryMs(reason: EndReason, failures: number, chance: Chance): number {
  const row = Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : undefined;
  // At once; but where one expires as soon as it is made, as any other failure.
  if (row?.retry === 'withFreshToken' && failures === 0) return 0;
  const jitter = chance() * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return Math.round((row?.notBeforeMs ?? 0) + jitter);
}

/**
 * How long a client waits before it says postponed credentials again: what the server asks for, and at least one second, so
 * that no server makes it loop; and a random part of up to half as much, so that clients do not come back together.
 */
export function repeatMs(retryInMs: number, chance: Chance): number {
  const leastMs = Math.max(FIRST_MS, retryInMs);
  return Math.round(leastMs + chance() * Math.min(LONGEST_MS, leastMs / 2));
}
