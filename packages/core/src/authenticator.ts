/**
 * The authenticator: a port. And one verification: a question to it, and what came of it.
 *
 * Fails closed. Only an explicit acceptance opens the gate; a throw, a rejection, junk or silence never does, and what
 * is said twice counts once. Whatever fails is reported as a fault, junk too: it says what was wrong with it.
 */
import type { Credentials, Identity } from '@sallyport/protocol';
import type { Peer } from './connection.ts';
import { type FactOf, facts } from './facts.ts';
import { UsageError } from './usage-error.ts';

export type Verdict =
  | { readonly verdict: 'accepted'; readonly identity: Identity }
  | { readonly verdict: 'refused' }
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
 * Accepts. `expiresInMs` is for how long, in milliseconds and at least 0; without it the identity never expires. Throws a
 * `UsageError` for a user that is empty or no text, and for any other time.
 */
export function accept(
  user: string,
  options: {
    readonly expiresInMs?: number | undefined;
    readonly claims?: Readonly<Record<string, unknown>> | undefined;
  } = {},
): Verdict {
  const { expiresInMs = Number.POSITIVE_INFINITY, claims } = options;
  if (!isUser(user)) throw new UsageError('user', USER, user);
  if (!isTime(expiresInMs)) throw new UsageError('expiresInMs', TIME, expiresInMs);
  return { verdict: 'accepted', identity: { user, expiresInMs, ...(claims && { claims }) } };
}

/** Refuses. Why is nobody's business: a reason would tell who exists (OWASP Authentication Cheat Sheet). */
export const refuse = (): Verdict => ({ verdict: 'refused' });
export const overload = (): Verdict => ({ verdict: 'overloaded' });

type VerdictFact = FactOf<
  'credentials.accepted' | 'credentials.refused' | 'authenticator.failed' | 'authenticator.overloaded'
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
  const { verdict, identity } = (value ?? {}) as { verdict?: unknown; identity?: Partial<Identity> };
  if (verdict === 'refused') return { type: 'credentials.refused', attempt };
  if (verdict === 'overloaded') return { type: 'authenticator.overloaded', attempt };
  if (verdict !== 'accepted') throw noVerdict('neither accept(…), nor refuse(), nor overload()');
  const { user, expiresInMs } = identity ?? {};
  if (!isUser(user)) throw noVerdict(`user ${USER}`);
  if (!isTime(expiresInMs)) throw noVerdict(`expiresInMs ${TIME}`);
  return { type: 'credentials.accepted', attempt, identity: identity as Identity };
}

/** What it said instead stays out: it may be what it was asked about. */
function noVerdict(why: string): TypeError {
  return new TypeError(`the authenticator gave no verdict: ${why}`);
}

const USER = 'must be a text that is not empty';
const TIME = 'must be a number of at least 0, or Infinity';

function isUser(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}
