/**
 * The throttle: after a wrong password the next attempts have to wait, twice as long after each failure.
 *
 * There are three kinds of attempts.
 * - From a device that has signed in to the account (it has a device token): only the failures of this device count.
 * - From an address that has signed in to the account: only the failures for this account from this address count.
 * - From a stranger: the failures for the account from all addresses count, and the failures of the address for all accounts.
 *
 * So failures of others do not delay the first two kinds. A stranger waits for them, but at most 10 s for an account. At the end of
 * that wait one of the attempts is chosen at random (`lottery.ts`). With `o` attempts a second of the user against `A` of attackers,
 * the user signs in after 10 s × (A + o) / o on average, and attackers have at most 8 640 guesses a day at an account.
 *
 * An attempt that has to wait is postponed: it is not verified and not counted. Attempts at the same time are bounded too: four of an
 * account are verified, the others wait.
 *
 * Only passwords are throttled. A token cannot be guessed, and counting its failures would let one client with a stale token delay
 * the other clients of its address. Proven by: test/throttled.test.ts, test/guessing.test.ts.
 */
import { createHash, randomInt } from 'node:crypto';
import {
  type Authenticator,
  type Clock,
  overload,
  postpone,
  sourceOf,
  type Verdict,
  type VerificationContext,
} from '@sallyport/core';
import { givenDeviceToken } from '@sallyport/protocol';
import { callSafely } from './call-safely.ts';
import { requireAuthenticator, requireKnown, requireNumber } from './check-options.ts';
import { systemClock } from './clock.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { type FailureStore, failuresInMemory, MAX_KEYS } from './failure-store.ts';
import { Failures } from './failures.ts';
import { KeyedSemaphore, type KeyLimit, type Slot } from './keyed-semaphore.ts';
import { markKnown } from './known-contexts.ts';
import { KnownSources } from './known-sources.ts';
import { Lottery } from './lottery.ts';
import { MINIMUM_DELAY_MS, reachMinimumDelay } from './minimum-delay.ts';
import { withStillValid } from './still-valid.ts';

/** Options of `throttled`. */
export interface ThrottleOptions {
  /** Where failures are counted. Default: in memory, at most 65 536 keys; past it the oldest are forgotten. */
  readonly store?: FailureStore;
  /** Called, once a minute at most, if the throttle lets attempts through that should wait: the store has failed or is full. */
  readonly onFault?: (error: Error) => void;
  /** Gives devices a throttle of their own; see `deviceTokens`. Default: none, and clients get no device tokens. */
  readonly devices?: DeviceTokens;
  /** Milliseconds that an attempt takes at least until it is postponed: a whole number, 0 for no delay. Default 300, as for a refusal. */
  readonly minimumDelayMs?: number;
  /** The clock for waits and draws. Default: the system's. */
  readonly clock?: Clock;
  /**
   * Returns numbers from 0 up to 1, evenly spread, that choose the next attempt. An attacker must not be able to predict them.
   * Default: by `node:crypto`.
   */
  readonly chance?: () => number;
}

const optionNames = {
  store: true,
  onFault: true,
  devices: true,
  minimumDelayMs: true,
  clock: true,
  chance: true,
} as const;

/** Longest wait of strangers for an account, in milliseconds: 8 640 guesses a day. The user's own wait grows with it. */
const ACCOUNT_WAIT_MS = 10_000;
/** Longest wait of an address, of a device, and of an account at an address that has signed in, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;
/** Milliseconds for which an attempt is held for a draw. Two draws, a hash and the minimum delay fit within the core's 5 s. */
const HOLD_MS = 1_000;
/** Milliseconds until the next try of an attempt that lost a draw, or came during a verification. Short: each attempt is a chance. */
const SOON_MS = 250;
/** Milliseconds between two calls of `onFault`. */
const REPORT_MS = 60_000;

/** For one account, or one account at one source. Many places to wait: a crowd may share an account. */
const PER_ACCOUNT = { most: 4, mostWaiting: 100, longestMs: ACCOUNT_WAIT_MS };
const OWN = { most: 4, mostWaiting: 100, longestMs: LONGEST_WAIT_MS, isOwn: true };
/** For one source. A whole office may come back at once. */
const PER_SOURCE = { most: 100, mostWaiting: 0, longestMs: LONGEST_WAIT_MS };

/**
 * Wraps an authenticator: after failures, attempts with a password are postponed or chosen at random. Throws a `UsageError` for an
 * option that is not known or does not fit.
 */
export function throttled<Context = unknown, Claims = unknown>(
  authenticate: Authenticator<Context, Claims>,
  options: ThrottleOptions = {},
): Authenticator<Context, Claims> {
  const { clock = systemClock, minimumDelayMs = MINIMUM_DELAY_MS, devices, chance = randomly } = options;
  requireAuthenticator('throttled', authenticate);
  requireKnown('throttled', options, optionNames);
  requireNumber('minimumDelayMs', minimumDelayMs, 0);
  const knownSources = new KnownSources(MAX_KEYS);
  const slots = new KeyedSemaphore();
  const lottery = new Lottery(clock, chance);
  let reportedAt = Number.NEGATIVE_INFINITY;

  const report = (error: Error) => {
    if (clock.now() - reportedAt < REPORT_MS) return;
    reportedAt = clock.now();
    callSafely(() => options.onFault?.(error));
  };
  const onFull = () =>
    report(new Error(`more than ${MAX_KEYS} sources and accounts have failed: the oldest are forgotten`));
  const failures = new Failures(options.store ?? failuresInMemory({ onFull }), clock, report);

  /**
   * `undefined` if the attempt may be verified now, or else the milliseconds until the next try. An attempt that may be chosen is
   * held until the draw.
   */
  const waitFor = async (
    { key, longestMs, isOwn = false }: Key,
    others: number,
    context: VerificationContext,
  ): Promise<number | undefined> => {
    const wait = await failures.waitOf(key, longestMs);
    if (wait === undefined) return undefined;
    if (wait > HOLD_MS || (isOwn && wait > 0)) return isOwn ? wait : wait - HOLD_MS;
    if (wait > 0) return (await lottery.enter(key, wait, context)) ? undefined : SOON_MS;
    // After a failure, attempts are verified one by one.
    return others > 0 ? SOON_MS : undefined;
  };

  const attempt = async (
    keys: readonly Key[],
    context: VerificationContext,
    verify: () => ReturnType<Authenticator<Context, Claims>>,
  ): Promise<Verdict<Claims>> => {
    const taken: Slot[] = [];
    try {
      // One after the other: an attempt that is held for the address must not take a slot of the account.
      for (const key of keys) {
        const slot = await slots.take(key, context);
        if (!slot) return overload();
        taken.push(slot);
        const retryInMs = await waitFor(key, slot.others, context);
        if (retryInMs !== undefined) return postpone(Math.ceil(retryInMs));
      }
      const answer = await verify();
      if (answer?.verdict === 'refused') await Promise.all(keys.map(({ key }) => failures.count(key)));
      if (answer?.verdict === 'accepted')
        await Promise.all(keys.filter(({ isOwn }) => isOwn).map(({ key }) => failures.forget(key)));
      return answer;
    } finally {
      for (const slot of taken) slot.giveBack();
    }
  };

  const throttle: Authenticator<Context, Claims> = async (credentials, context) => {
    if (credentials.type !== 'password') return authenticate(credentials, context);
    const began = clock.now();
    const { username, deviceToken } = credentials;
    const account = shortened(username);
    const source = sourceOf(context.peer.address);
    const device = deviceToken === undefined ? undefined : devices?.deviceOf(username, deviceToken);
    const own = device ?? (knownSources.has(account, source) ? source : undefined);
    if (own !== undefined) markKnown(context);
    const kind = device === undefined ? 'both' : 'device';
    const keys: readonly Key[] =
      own !== undefined
        ? [{ key: `${kind}:${account}:${own}`, ...OWN }]
        : [
            ...(source === '' ? [] : [{ key: `source:${source}`, ...PER_SOURCE }]),
            { key: `account:${account}`, ...PER_ACCOUNT },
          ];
    const verdict = await attempt(keys, context, () => authenticate(credentials, context));
    if (verdict?.verdict === 'postponed') {
      // The slots are given back by now: an attempt that is not verified must not block others.
      const rest = began + minimumDelayMs - clock.now();
      if (rest > 0) await reachMinimumDelay(clock, minimumDelayMs, began);
      return verdict;
    }
    if (verdict?.verdict !== 'accepted') return verdict;
    if (source !== '') knownSources.add(account, source);
    // A device token that the authenticator gives itself is for the authenticator to read.
    if (!devices || verdict.deviceToken) return verdict;
    // Checked again: the authenticator may have read a new password meanwhile.
    const isGood = deviceToken !== undefined && devices.deviceOf(username, deviceToken) !== undefined;
    const token = isGood ? deviceToken : devices.give(username);
    return token === undefined ? verdict : { ...verdict, deviceToken: givenDeviceToken(token) };
  };
  return withStillValid(
    throttle,
    authenticate.stillValid && ((user) => authenticate.stillValid?.(user) ?? false),
  );
}

/** One of 2 ** 48 values, from the system's generator. */
function randomly(): number {
  return randomInt(2 ** 48 - 1) / 2 ** 48;
}

interface Key extends KeyLimit {
  /** The longest wait, in milliseconds. */
  readonly longestMs: number;
  /** Only the user fails here, so a success resets the failures. For other keys, an attacker could reset them by a sign-in to another account. */
  readonly isOwn?: boolean;
}

/** Names may be long, and a shared store should not hold names of users. */
function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}
