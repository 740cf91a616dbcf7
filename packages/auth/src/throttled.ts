/**
 * The throttle: whoever fails has to wait before he is looked at again, twice as long each time.
 *
 * Counted are the failures of a source, against all accounts, and those of an account, from all sources. Whoever comes
 * too soon is refused like any other, and not looked at; that neither counts nor makes the wait longer. So that nobody
 * can be kept out by failing in his name, an account that has signed in from a source is counted there by itself: it
 * meets neither what others do to the account nor what others do at the source. Nothing is ever locked for longer than
 * the longest wait. Guesses that come at once are bounded too: four of an account are looked at, the others wait.
 *
 * Passwords only: a token cannot be guessed, and to count its failures would only let one client's stale token keep
 * out its neighbours. Proven by: test/throttled.test.ts.
 */
import { createHash } from 'node:crypto';
import {
  type Authenticator,
  type Clock,
  overload,
  refuse,
  sourceOf,
  type Verdict,
  type VerificationContext,
} from '@sallyport/core';
import { systemClock } from './clock.ts';
import { type FailureStore, failuresInMemory, MOST_KEYS } from './failure-store.ts';
import { Failures } from './failures.ts';
import { FAILURE_FLOOR_MS, reachFloor } from './floor.ts';
import { harmless } from './harmless.ts';
import { KnownGood } from './known-good.ts';
import { type Turn, Turns } from './turns.ts';
import { requireAuthenticator, requireNumber } from './usage.ts';

export interface ThrottleOptions {
  /** Where failures are counted. Default: in memory, at most 65 536 keys. */
  readonly store?: FailureStore;
  /** Told if it stops keeping somebody out whom it should: the store failed, or is full. Once a minute at most. */
  readonly onFault?: (error: Error) => void;
  /** Milliseconds before which no refusal comes to whoever is not looked at: whole, 0 for none. Default 300. */
  readonly failureFloorMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

const TELL_MS = 60_000;
/** Of one account, or of one account at one source. Whoever is behind them waits: a crowd may share an account. */
const PER_ACCOUNT = { most: 4, mostWaiting: 100 };
/** A whole office may come back at once. */
const PER_SOURCE = { most: 100, mostWaiting: 0 };

/** Around an authenticator. Throws a `UsageError` if an option is not as it must be. */
export function throttled(authenticate: Authenticator, options: ThrottleOptions = {}): Authenticator {
  const { clock = systemClock, failureFloorMs = FAILURE_FLOOR_MS } = options;
  requireAuthenticator('throttled', authenticate);
  requireNumber('failureFloorMs', failureFloorMs, 0);
  const knownGood = new KnownGood(MOST_KEYS);
  const turns = new Turns();
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = (error: Error) => {
    if (clock.now() - toldAt < TELL_MS) return;
    toldAt = clock.now();
    harmless(() => options.onFault?.(error));
  };
  const onFull = () =>
    tell(new Error(`more than ${MOST_KEYS} sources and accounts have failed: the oldest are forgotten`));
  const failures = new Failures(options.store ?? failuresInMemory({ onFull }), clock, tell);

  /** Nothing if it is too soon. */
  const attempt = async (
    keys: readonly Key[],
    context: VerificationContext,
    ask: () => ReturnType<Authenticator>,
  ): Promise<Verdict | undefined> => {
    const taken = await turns.take(keys, context);
    if (!taken) return overload();
    try {
      const waits = await Promise.all(
        keys.map(({ key }, index) => failures.mustWait(key, taken.others[index] ?? 0)),
      );
      if (waits.includes(true)) return undefined;
      const answer = await ask();
      if (answer?.verdict === 'refused') await Promise.all(keys.map(({ key }) => failures.count(key)));
      if (answer?.verdict === 'accepted')
        await Promise.all(keys.filter(({ isOwn }) => isOwn).map(({ key }) => failures.forget(key)));
      return answer;
    } finally {
      taken.giveBack();
    }
  };

  return async (credentials, context) => {
    if (credentials.type !== 'password') return authenticate(credentials, context);
    const began = clock.now();
    const account = shortened(credentials.username);
    const source = sourceOf(context.peer.address);
    const keys = knownGood.has(account, source)
      ? [{ key: `both:${account}:${source}`, ...PER_ACCOUNT, isOwn: true }]
      : [
          { key: `account:${account}`, ...PER_ACCOUNT },
          ...(source === '' ? [] : [{ key: `source:${source}`, ...PER_SOURCE }]),
        ];
    const verdict = await attempt(keys, context, () => authenticate(credentials, context));
    if (verdict === undefined) {
      // Not under way any more: whoever keeps knocking must not keep others out.
      await reachFloor(clock, failureFloorMs, began);
      return refuse();
    }
    if (verdict.verdict === 'accepted' && source !== '') knownGood.add(account, source);
    return verdict;
  };
}

interface Key extends Turn {
  /** Only the rightful user fails here by accident: a success makes that good. Elsewhere an attacker could wipe his slate by it. */
  readonly isOwn?: boolean;
}

/** Names are strangers' and may be long; and none of them shall lie about in a shared store. */
function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}
