/** When an operation on a channel is tried again. Proven by: test/channels/publishing.test.ts. */
import { channelErrors, requestErrors } from '@sallyport/protocol';
import type { Chance, Clock } from '../clock.ts';

/** Calls back before the next attempt. Returns a function that stops the timer. */
export type RetryTimer = (failures: number, callback: () => void) => () => void;

const FIRST_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** Waits that double, up to 10 s, each shortened by up to half at random, so that clients do not come all at once. */
export function retryTimer(clock: Clock, chance: Chance): RetryTimer {
  return (failures, callback) => {
    const longest = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS);
    const timer = clock.setTimeout(callback, longest * (1 - chance() / 2));
    return () => clock.clearTimeout(timer);
  };
}

/**
 * Whether an operation that failed with this code may be tried again. A subscribe does no harm twice, and neither does a publication with
 * a key.
 */
export function mayRetryLater(code: string): boolean {
  const errors: Readonly<Record<string, { readonly retry: string }>> = { ...requestErrors, ...channelErrors };
  return Object.hasOwn(errors, code) && errors[code]?.retry !== 'never';
}
