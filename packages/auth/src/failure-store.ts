/**
 * Where failures are counted: a seam. In memory by `rate-limiter-flexible`, whose limiters for shared stores (Redis and
 * others) fit it as they are.
 *
 * In memory it is bounded: beyond so many keys the oldest is forgotten, which lets somebody in rather than keeping all
 * out. Counts go by the wall clock here, since a shared store has no other: a clock that is set forward forgets, one
 * that is set back delays by 15 minutes at most. Proven by: test/throttled.test.ts.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { OldestFirstMap } from './oldest-first-map.ts';

/** Failures by key. May reject, throw, or not answer within a second; then nobody is kept out by it. */
export interface FailureStore {
  /** How many there are, and in how many milliseconds they will be forgotten. */
  get(key: string): Promise<{ readonly consumedPoints: number; readonly msBeforeNext: number } | null>;
  /** There are so many, to be forgotten in so many seconds. */
  set(key: string, failures: number, seconds: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}

/** As many sources as OpenSSH remembers (`PerSourcePenalties`): some 30 MB if an attack fills it. */
export const MOST_KEYS = 65_536;

/** `onFull` is told of every key that is forgotten before its time. */
export function failuresInMemory({ mostKeys = MOST_KEYS, onFull = () => {} } = {}): FailureStore {
  const limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 0 });
  /** By key, when it is forgotten: in the order of the last failures, hence of the forgetting. */
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
