/**
 * Where the throttle counts failures: a port. The limiters of `rate-limiter-flexible` for shared stores (Redis and others) fit it.
 *
 * The store in memory is bounded. When it is full it forgets the oldest key: so a full store lets an attacker try sooner, and locks
 * no user out. It uses the wall clock, as shared stores do. A clock that is set forward forgets failures; a clock that is set back
 * delays by 15 minutes at most. Proven by: test/throttled.test.ts.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { OldestFirstMap } from './oldest-first-map.ts';

/**
 * Counts of failures by key. If it rejects, throws, or does not answer within a second, the throttle lets the attempt through and
 * calls `onFault`.
 */
export interface FailureStore {
  /** The failures of this key, and the milliseconds until they are forgotten. `null` if there are none. */
  get(key: string): Promise<{ readonly consumedPoints: number; readonly msBeforeNext: number } | null>;
  /** Sets the failures of this key, to be forgotten after this number of seconds. */
  set(key: string, failures: number, seconds: number): Promise<unknown>;
  /** Forgets the failures of this key. */
  delete(key: string): Promise<unknown>;
}

/** As many keys as OpenSSH remembers sources (`PerSourcePenalties`): about 30 MB if an attack fills it. */
export const MAX_KEYS = 65_536;

/**
 * A store in the memory of this process. `mostKeys` bounds it, by default to 65 536 keys. Past it the oldest key is forgotten, and
 * `onFull` is called for each key that is forgotten before its time.
 */
export function failuresInMemory({ mostKeys = MAX_KEYS, onFull = () => {} } = {}): FailureStore {
  const limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 0 });
  /** The time at which each key is forgotten. In the order of the last failures, which is the order of these times. */
  const forgottenAt = new OldestFirstMap<number>();

  const forgetOldest = () => {
    const oldest = forgottenAt.takeOldest();
    if (oldest === undefined) return;
    const [key, at] = oldest;
    void limiter.delete(key);
    if (at > performance.now()) onFull();
  };

  return {
    get: (key) => limiter.get(key),
    set(key, failures, seconds) {
      forgottenAt.put(key, performance.now() + seconds * 1_000);
      if (forgottenAt.size > mostKeys) forgetOldest();
      return limiter.set(key, failures, seconds);
    },
    delete(key) {
      forgottenAt.delete(key);
      return limiter.delete(key);
    },
  };
}
