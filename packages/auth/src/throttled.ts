/**
 * The throttle: whoever fails has to wait before he is looked at again, twice as long each time.
 *
 * Counted are the failures of a source, against all accounts, and those of an account, from all sources. Whoever comes
 * too soon is refused like any other, and not looked at; that neither counts nor makes the wait longer. So that nobody
 * can be kept out by failing in his name, an account that has signed in from a source is counted there by itself: it
 * meets neither what others do to the account nor what others do at the source. Nothing is ever locked for longer than
 * the longest wait.
 *
 * Passwords only: a token cannot be guessed, and to count its failures would only let one client's stale token keep
 * out its neighbours. Proven by: test/throttled.test.ts.
 */
import { createHash } from 'node:crypto';
import { type Authenticator, type Clock, overload, refuse, sourceOf, type Verdict } from '@sallyport/core';
import { systemClock } from './clock.ts';
import { type FailureStore, failuresInMemory, MOST_KEYS } from './failure-store.ts';
import { FAILURE_FLOOR_MS, reachFloor } from './floor.ts';
import { KnownGood } from './known-good.ts';

export interface ThrottleOptions {
  /** Where failures are counted. Default: in memory, at most 65 536 keys. */
  readonly store?: FailureStore;
  /** Told if it stops keeping somebody out whom it should: the store failed, or is full. Once a minute at most. */
  readonly onFault?: (error: Error) => void;
  /** Milliseconds before which no refusal comes. Default 300. */
  readonly failureFloorMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** After the first failure; doubled by each one more. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** After the last failure. */
const FORGET_MS = 15 * 60_000;
/** Attempts under way of one source or account that has not failed: a whole office may come back at once. */
const MOST_AT_ONCE = 100;
const TELL_MS = 60_000;

export function throttled(authenticate: Authenticator, options: ThrottleOptions = {}): Authenticator {
  const { clock = systemClock, failureFloorMs = FAILURE_FLOOR_MS } = options;
  const knownGood = new KnownGood(MOST_KEYS);
  const underWay = new Map<string, number>();
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = (error: Error) => {
    if (clock.now() - toldAt < TELL_MS) return;
    toldAt = clock.now();
    try {
      options.onFault?.(error);
    } catch {
      // Its own affair; whoever waits for a verdict gets one.
    }
  };
  const store =
    options.store ??
    failuresInMemory({
      onFull: () =>
        tell(new Error(`more than ${MOST_KEYS} sources and accounts have failed: the oldest are forgotten`)),
    });

  /** A store that fails keeps nobody out. */
  const failOpen = async <T>(answer: Promise<T>): Promise<T | null> => {
    try {
      return await answer;
    } catch (error) {
      tell(error instanceof Error ? error : new Error(String(error)));
      return null;
    }
  };

  /** One after the other for each key, or many failures at once would count as one. */
  const counting = new Map<string, Promise<void>>();
  const count = async (key: string): Promise<void> => {
    const turn = (counting.get(key) ?? Promise.resolve()).then(async () => {
      const failures = (await failOpen(store.get(key)))?.consumedPoints ?? 0;
      await failOpen(store.set(key, failures + 1, FORGET_MS / 1_000));
    });
    counting.set(key, turn);
    await turn;
    if (counting.get(key) === turn) counting.delete(key);
  };

  /** `others` of this key were under way when this one came: after a failure they go one by one. */
  const mustWait = async (key: string, others: number): Promise<boolean> => {
    const record = await failOpen(store.get(key));
    if (!record || record.consumedPoints < 1 || record.msBeforeNext <= 0) return false;
    const waited = Math.max(0, FORGET_MS - record.msBeforeNext);
    return others > 0 || waited < waitAfter(record.consumedPoints);
  };

  /** Nothing if it is too soon. */
  const attempt = async (
    keys: readonly Key[],
    ask: () => ReturnType<Authenticator>,
  ): Promise<Verdict | undefined> => {
    const others = keys.map(({ key }) => underWay.get(key) ?? 0);
    for (const [index, { key }] of keys.entries()) underWay.set(key, (others[index] ?? 0) + 1);
    try {
      const waits = await Promise.all(keys.map(({ key }, index) => mustWait(key, others[index] ?? 0)));
      if (waits.includes(true)) return undefined;
      if (others.some((count) => count >= MOST_AT_ONCE)) return overload();
      const answer = await ask();
      if (answer?.verdict === 'refused') await Promise.all(keys.map(({ key }) => count(key)));
      if (answer?.verdict === 'accepted')
        await Promise.all(keys.filter(({ isOwn }) => isOwn).map(({ key }) => failOpen(store.delete(key))));
      return answer;
    } finally {
      for (const { key } of keys) {
        const left = (underWay.get(key) ?? 0) - 1;
        if (left > 0) underWay.set(key, left);
        else underWay.delete(key);
      }
    }
  };

  return async (credentials, context) => {
    if (credentials.type !== 'password') return authenticate(credentials, context);
    const began = clock.now();
    const account = shortened(credentials.username);
    const source = sourceOf(context.peer.address);
    const keys = knownGood.has(account, source)
      ? [{ key: `both:${account}:${source}`, isOwn: true }]
      : [{ key: `account:${account}` }, ...(source === '' ? [] : [{ key: `source:${source}` }])];
    const verdict = await attempt(keys, () => authenticate(credentials, context));
    if (verdict === undefined) {
      // Not under way any more: whoever keeps knocking must not keep others out.
      await reachFloor(clock, failureFloorMs, began);
      return refuse();
    }
    if (verdict.verdict === 'accepted' && source !== '') knownGood.add(account, source);
    return verdict;
  };
}

interface Key {
  readonly key: string;
  /** Only the rightful user fails here by accident: a success makes that good. Elsewhere an attacker could wipe his slate by it. */
  readonly isOwn?: boolean;
}

function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}

/** Names are strangers' and may be long; and none of them shall lie about in a shared store. */
function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}
