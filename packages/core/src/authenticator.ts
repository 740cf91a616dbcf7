/**
 * The authenticator: a port. And one verification: a question to it, and what came of it.
 *
 * Fails closed. Only an explicit acceptance opens the gate; a throw, a rejection, junk or silence never does, and what
 * is said twice counts once.
 */
import type { Credentials, Identity } from '@sallyport/protocol';
import type { Peer } from './connection.ts';
import { type FactOf, facts } from './facts.ts';

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

export type Authenticator = (
  credentials: Credentials,
  context: VerificationContext,
) => Verdict | PromiseLike<Verdict>;

/** Accepts. `expiresInMs` is for how long, at least 0; without it the identity never expires. */
export function accept(
  user: string,
  options: { readonly expiresInMs?: number; readonly claims?: Readonly<Record<string, unknown>> } = {},
): Verdict {
  return {
    verdict: 'accepted',
    identity: { user, expiresInMs: Number.POSITIVE_INFINITY, ...options },
  };
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
    if (this.#isOver) return;
    this.#isOver = true;
    const fact = factOf(verdict, this.#attempt);
    const isVoid = fact.type === 'credentials.accepted' && this.#revoked?.has(fact.identity.user);
    this.#owner.take(isVoid ? facts.sessionRevoked : fact);
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#owner.fault('authenticator', error);
    this.#conclude(undefined);
  }
}

/** What settles later: a native promise or anything that behaves as one. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

/** Reads a verdict that nobody vouches for: it may come from untyped code. */
function factOf(value: unknown, attempt: number): VerdictFact {
  const { verdict, identity } = (value ?? {}) as { verdict?: unknown; identity?: Partial<Identity> };
  if (verdict === 'refused') return { type: 'credentials.refused', attempt };
  if (verdict === 'overloaded') return { type: 'authenticator.overloaded', attempt };
  const { user, expiresInMs } = identity ?? {};
  const isAcceptance =
    verdict === 'accepted' &&
    typeof user === 'string' &&
    user !== '' &&
    typeof expiresInMs === 'number' &&
    expiresInMs >= 0;
  if (!isAcceptance) return { type: 'authenticator.failed', attempt };
  return { type: 'credentials.accepted', attempt, identity: identity as Identity };
}
