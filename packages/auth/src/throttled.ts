/**
 * The throttle: a wrong password makes wait before the next is looked at, twice as long each time.
 *
 * Three kinds of attempts are told apart.
 * - From a device that has signed in to the account (it has a device token): only the failures of this device count.
 * - From an address that has signed in to the account: only the failures for this account from there count.
 * - From a stranger: the failures for the account count, from wherever they came, and those of the address, for any account.
 * So other people's failures do not concern the first two. A stranger has to wait for them, and the wait of an account grows to
 * 10 s only. When it is over, one of the attempts that come is looked at, by lot (`lottery.ts`). So an owner who makes `o` attempts a
 * second against `A` of attackers gets in after 10 s × (A + o) / o on average, and an attacker has at most 8 640 guesses a day at
 * an account.
 *
 * An attempt that is not looked at is postponed: it counts for nothing. Guesses that come at once are bounded too: four of an account
 * are looked at, the others wait.
 *
 * Passwords only: a token cannot be guessed, and to count its failures would only let one client's stale token keep
 * out its neighbours. Proven by: test/throttled.test.ts.
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
import { requireAuthenticator, requireNumber } from './check-options.ts';
import { systemClock } from './clock.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { type FailureStore, failuresInMemory, MOST_KEYS } from './failure-store.ts';
import { Failures } from './failures.ts';
import { KeyedSemaphore, type Taken, type Turn } from './keyed-semaphore.ts';
import { markKnown } from './known-contexts.ts';
import { KnownSources } from './known-sources.ts';
import { Lottery } from './lottery.ts';
import { MINIMUM_DELAY_MS, reachMinimumDelay } from './minimum-delay.ts';

export interface ThrottleOptions {
  /** Where failures are counted. Default: in memory, at most 65 536 keys. */
  readonly store?: FailureStore;
  /** Told if it stops keeping somebody out whom it should: the store failed, or is full. Once a minute at most. */
  readonly onFault?: (error: Error) => void;
  /** Gives devices a throttle of their own; see `deviceTokens`. Default: none, and clients get no device tokens. */
  readonly devices?: DeviceTokens;
  /** Milliseconds before which no attempt is postponed: whole, 0 for none. Default 300, as of a refusal. */
  readonly minimumDelayMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** From 0 up to 1, evenly spread: which attempt is looked at. An attacker must not foresee it. Default: by `node:crypto`. */
  readonly chance?: () => number;
}

/** Milliseconds between two looks at an account for strangers, at most: 8 640 guesses a day, and the owner's wait grows by it. */
const ACCOUNT_WAIT_MS = 10_000;
/** The longest wait of an address, of a device, and of an account at an address where it has signed in. */
const LONGEST_WAIT_MS = 60_000;
/** How long an attempt is held for a draw. Two draws, a hash and the floor still fit within the core's 5 s for a verification. */
const HOLD_MS = 1_000;
/** For an attempt that lost a draw, or came while another was looked at: soon, since each attempt is a chance. */
const SOON_MS = 250;

const TELL_MS = 60_000;
/** Of one account, or of one account at one source. Whoever is behind them waits: a crowd may share an account. */
const PER_ACCOUNT = { most: 4, mostWaiting: 100, longestMs: ACCOUNT_WAIT_MS };
const OWN = { most: 4, mostWaiting: 100, longestMs: LONGEST_WAIT_MS, isOwn: true };
/** A whole office may come back at once. */
const PER_SOURCE = { most: 100, mostWaiting: 0, longestMs: LONGEST_WAIT_MS };

/** Around an authenticator. Throws a `UsageError` if an option is not as it must be. */
export function throttled(authenticate: Authenticator, options: ThrottleOptions = {}): Authenticator {
  const { clock = systemClock, minimumDelayMs = MINIMUM_DELAY_MS, devices, chance = randomly } = options;
  requireAuthenticator('throttled', authenticate);
  requireNumber('minimumDelayMs', minimumDelayMs, 0);
  const knownSources = new KnownSources(MOST_KEYS);
  const turns = new KeyedSemaphore();
  const lottery = new Lottery(clock, chance);
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = (error: Error) => {
    if (clock.now() - toldAt < TELL_MS) return;
    toldAt = clock.now();
    callSafely(() => options.onFault?.(error));
  };
  const onFull = () =>
    tell(new Error(`more than ${MOST_KEYS} sources and accounts have failed: the oldest are forgotten`));
  const failures = new Failures(options.store ?? failuresInMemory({ onFull }), clock, tell);

  /** Nothing if it may be looked at now; else in how many milliseconds the next may try. Held meanwhile if it may be chosen. */
  const gate = async (
    { key, longestMs, isOwn = false }: Key,
    others: number,
    context: VerificationContext,
  ): Promise<number | undefined> => {
    const wait = await failures.waitOf(key, longestMs);
    if (wait === undefined) return undefined;
    if (wait > HOLD_MS || (isOwn && wait > 0)) return isOwn ? wait : wait - HOLD_MS;
    if (wait > 0) return (await lottery.enter(key, wait, context)) ? undefined : SOON_MS;
    // After a failure they go one by one.
    return others > 0 ? SOON_MS : undefined;
  };

  const attempt = async (
    keys: readonly Key[],
    context: VerificationContext,
    ask: () => ReturnType<Authenticator>,
  ): Promise<Verdict> => {
    const turnsTaken: Taken[] = [];
    try {
      // One after the other: an attempt that is held for the address must not take a turn of the account.
      for (const key of keys) {
        const taken = await turns.take([key], context);
        if (!taken) return overload();
        turnsTaken.push(taken);
        const retryInMs = await gate(key, taken.others[0] ?? 0, context);
        if (retryInMs !== undefined) return postpone(Math.ceil(retryInMs));
      }
      const answer = await ask();
      if (answer?.verdict === 'refused') await Promise.all(keys.map(({ key }) => failures.count(key)));
      if (answer?.verdict === 'accepted')
        await Promise.all(keys.filter(({ isOwn }) => isOwn).map(({ key }) => failures.forget(key)));
      return answer;
    } finally {
      for (const taken of turnsTaken) taken.giveBack();
    }
  };

  return async (credentials, context) => {
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
      // Not under way any more: an attempt that is not looked at must not keep others out.
      const rest = began + minimumDelayMs - clock.now();
      if (rest > 0) await reachMinimumDelay(clock, minimumDelayMs, began);
      return verdict;
    }
    if (verdict?.verdict !== 'accepted') return verdict;
    if (source !== '') knownSources.add(account, source);
    // One that the authenticator itself gives is the authenticator's to read again.
    if (!devices || verdict.deviceToken) return verdict;
    // Asked anew: the authenticator may have found that the password is another now.
    const isGood = deviceToken !== undefined && devices.deviceOf(username, deviceToken) !== undefined;
    const token = isGood ? deviceToken : devices.give(username);
    return token === undefined ? verdict : { ...verdict, deviceToken: givenDeviceToken(token) };
  };
}

/** 2 ** 48 values, from the system's own generator. */
function randomly(): number {
  return randomInt(2 ** 48 - 1) / 2 ** 48;
}

interface Key extends Turn {
  /** The longest wait, in milliseconds. */
  readonly longestMs: number;
  /** Only the rightful user fails here by accident: a success makes that good. Elsewhere an attacker could wipe his slate by it. */
  readonly isOwn?: boolean;
}

/** Names are strangers' and may be long; and none of them shall lie about in a shared store. */
function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}
