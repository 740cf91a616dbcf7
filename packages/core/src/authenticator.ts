/**
 * The authenticator: a port. And one verification: a question to it, and what came of it.
 *
 * Fails closed. Only an explicit acceptance opens the gate; a throw, a rejection, junk or silence never does, and what
 * is said twice counts once. Whatever fails is reported as a fault, junk too: it says what was wrong with it.
 */
import {
  type Credentials,
  canBeDeviceToken,
  type GivenDeviceToken,
  givenDeviceToken,
  type Identity,
  isGivenDeviceToken,
} from '@sallyport/protocol';
import type { Peer } from './connection.ts';
import { type FactOf, facts } from './facts.ts';
import { UsageError } from './usage-error.ts';

export type Verdict =
  | {
      readonly verdict: 'accepted';
      readonly identity: Identity;
      /** For the client to keep. Beside the identity, so that neither the application nor an observer sees it. */
      readonly deviceToken?: GivenDeviceToken;
    }
  | { readonly verdict: 'refused' }
  /** It did not look at these credentials: the client may send the same again after `retryInMs` milliseconds at least. */
  | { readonly verdict: 'postponed'; readonly retryInMs: number }
  /** It has too much to do to look at these credentials; the client may come back (close code 1013). */
  | { readonly verdict: 'overloaded' };

export interface VerificationContext {
  readonly peer: Peer;
  /** Aborts when nobody waits for the verdict any more. Made when first read. */
  readonly signal: AbortSignal;
}

/**
 * Says who may enter, now or later. A verdict has to come, or the promise of it to reject, once the signal has aborted at
 * the latest: after 5 s the session ends without it (1013), but what it holds is not free before.
 */
export type Authenticator = (
  credentials: Credentials,
  context: VerificationContext,
) => Verdict | PromiseLike<Verdict>;

/**
 * Accepts. `expiresInMs` is for how long, in milliseconds and at least 0; without it the identity never expires.
 * `deviceToken` is what the client shall send with its next password (token68, at most 512 characters); without it the client
 * gets none. Throws a `UsageError` for a user that is empty or no text, for any other time, and for any other device token.
 */
export function accept(
  user: string,
  options: {
    readonly expiresInMs?: number | undefined;
    readonly claims?: Readonly<Record<string, unknown>> | undefined;
    readonly deviceToken?: string | undefined;
  } = {},
): Verdict {
  const { expiresInMs = Number.POSITIVE_INFINITY, claims, deviceToken } = options;
  if (!isUser(user)) throw new UsageError('user', USER, user);
  if (!isTime(expiresInMs)) throw new UsageError('expiresInMs', TIME, expiresInMs);
  // What was given instead stays out of the error: it may be a secret.
  if (deviceToken !== undefined && !(typeof deviceToken === 'string' && canBeDeviceToken(deviceToken)))
    throw new UsageError('deviceToken', 'must be a token68 of at most 512 characters');
  return {
    verdict: 'accepted',
    identity: { user, expiresInMs, ...(claims && { claims }) },
    ...(deviceToken !== undefined && { deviceToken: givenDeviceToken(deviceToken) }),
  };
}

/** Refuses. Why is nobody's business: a reason would tell who exists (OWASP Authentication Cheat Sheet). */
export const refuse = (): Verdict => ({ verdict: 'refused' });
export const overload = (): Verdict => ({ verdict: 'overloaded' });

/**
 * Says that these credentials were not looked at. It uses up no attempt, and the client may send the same again after
 * `retryInMs` milliseconds at least. Throws a `UsageError` unless that is a finite number of at least 0.
 */
export function postpone(retryInMs: number): Verdict {
  if (!isWait(retryInMs)) throw new UsageError('retryInMs', WAIT, retryInMs);
  return { verdict: 'postponed', retryInMs };
}

type VerdictFact = FactOf<
  | 'credentials.accepted'
  | 'credentials.refused'
  | 'credentials.postponed'
  | 'authenticator.failed'
  | 'authenticator.overloaded'
>;

/** Whoever asked: the session. */
export interface Verifying {
  readonly peer: Peer;
  take(fact: VerdictFact | FactOf<'session.revoked'>): void;
  fault(source: 'authenticator', error: unknown): void;
}

/** One question under way. It is its own context for the authenticator, so that asking makes one object. */
export class Verification implements VerificationContext {
  readonly #attempt: number;
  readonly #owner: Verifying;
  /** Made when needed, both. */
  #revoked: Set<string> | undefined;
  #controller: AbortController | undefined;
  #isOver = false;

  constructor(attempt: number, owner: Verifying) {
    this.#attempt = attempt;
    this.#owner = owner;
  }

  get peer(): Peer {
    return this.#owner.peer;
  }

  /** Nothing more is to come of it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Asks, and tells the owner one fact, at once if the answer is there at once. */
  ask(authenticate: Authenticator, credentials: Credentials): void {
    try {
      const answer = authenticate(credentials, this);
      if (isPromiseLike(answer))
        answer.then(
          (verdict) => this.#conclude(verdict),
          (error) => this.#fail(error),
        );
      else this.#conclude(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Voids an acceptance of this user: it was found by what held before. */
  revoke(user: string): void {
    this.#revoked ??= new Set();
    this.#revoked.add(user);
  }

  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort();
  }

  #conclude(verdict: unknown): void {
    let fact: VerdictFact;
    try {
      fact = factOf(verdict, this.#attempt);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#tell(fact);
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#owner.fault('authenticator', error);
    this.#tell({ type: 'authenticator.failed', attempt: this.#attempt });
  }

  /** Unless it was abandoned meanwhile: a getter, or whoever hears of a fault, may end the session. */
  #tell(fact: VerdictFact): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isVoid = fact.type === 'credentials.accepted' && this.#revoked?.has(fact.identity.user);
    this.#owner.take(isVoid ? facts.sessionRevoked : fact);
  }
}

/** What settles later: a native promise or anything that behaves as one. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

/** Reads a verdict that nobody vouches for: it may come from untyped code. Throws what is wrong with it, if anything is. */
function factOf(value: unknown, attempt: number): VerdictFact {
  const { verdict, identity, retryInMs, deviceToken } = (value ?? {}) as {
    readonly verdict?: unknown;
    readonly identity?: Partial<Identity>;
    readonly retryInMs?: unknown;
    readonly deviceToken?: unknown;
  };
  if (verdict === 'refused') return { type: 'credentials.refused', attempt };
  if (verdict === 'overloaded') return { type: 'authenticator.overloaded', attempt };
  if (verdict === 'postponed') {
    if (!isWait(retryInMs)) throw noVerdict(`retryInMs ${WAIT}`);
    return { type: 'credentials.postponed', attempt, retryInMs };
  }
  if (verdict !== 'accepted')
    throw noVerdict('neither accept(…), nor refuse(), nor postpone(…), nor overload()');
  const { user, expiresInMs } = identity ?? {};
  if (!isUser(user)) throw noVerdict(`user ${USER}`);
  if (!isTime(expiresInMs)) throw noVerdict(`expiresInMs ${TIME}`);
  if (deviceToken === undefined)
    return { type: 'credentials.accepted', attempt, identity: identity as Identity };
  if (!isGivenDeviceToken(deviceToken)) throw noVerdict('deviceToken must come from accept(…)');
  return { type: 'credentials.accepted', attempt, identity: identity as Identity, deviceToken };
}

/** What it said instead stays out: it may be what it was asked about. */
function noVerdict(why: string): TypeError {
  return new TypeError(`the authenticator gave no verdict: ${why}`);
}

const USER = 'must be a text that is not empty';
const TIME = 'must be a number of at least 0, or Infinity';
const WAIT = 'must be a finite number of at least 0';

function isUser(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function isWait(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
