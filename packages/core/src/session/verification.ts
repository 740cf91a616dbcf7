/**
 * One verification: a question to the authenticator, and what came of it.
 *
 * A verdict counts once. A failure is reported as a fault, and so is a value that is not a verdict.
 */
import { type Credentials, type Identity, isGivenDeviceToken } from '@sallyport/protocol';
import { type FactOf, facts } from '../machine/facts.ts';
import {
  type Authenticator,
  isTime,
  isUser,
  isWait,
  TIME,
  USER,
  type VerificationContext,
  WAIT,
} from '../ports/authenticator.ts';
import type { Peer } from '../ports/connection.ts';
import { isPromiseLike } from '../promise-like.ts';

type VerdictFact = FactOf<
  | 'credentials.accepted'
  | 'credentials.refused'
  | 'credentials.postponed'
  | 'authenticator.failed'
  | 'authenticator.overloaded'
>;

/** Whoever asked: the session. */
export interface VerificationOwner {
  readonly peer: Peer;
  take(fact: VerdictFact | FactOf<'session.revoked'>): void;
  fault(source: 'authenticator', error: unknown): void;
}

/** One question under way. It is its own context for the authenticator, so that asking makes one object. */
export class Verification implements VerificationContext {
  readonly #attempt: number;
  readonly #owner: VerificationOwner;
  /** Made when needed, both. */
  #revoked: Set<string> | undefined;
  #controller: AbortController | undefined;
  #isOver = false;

  constructor(attempt: number, owner: VerificationOwner) {
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
