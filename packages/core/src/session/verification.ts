/**
 * One verification: a call of the authenticator, and its result.
 *
 * A verdict counts once. An error is reported as a fault, and so is a value that is not a verdict.
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
import type { Clock } from '../ports/clock.ts';
import type { Peer } from '../ports/connection.ts';
import { isPromiseLike } from '../promise-like.ts';
import { withWallClock } from './wall-expiry.ts';

type VerdictFact = FactOf<
  | 'credentials.accepted'
  | 'credentials.refused'
  | 'credentials.postponed'
  | 'authenticator.failed'
  | 'authenticator.overloaded'
>;

/** What a verification needs of its session. */
export interface VerificationOwner {
  readonly peer: Peer;
  take(fact: VerdictFact | FactOf<'session.revoked'>): void;
  fault(source: 'authenticator', error: unknown): void;
}

/** What a verification needs of the server. */
interface VerificationEnvironment {
  readonly authenticate: Authenticator;
  readonly clock: Clock;
}

/** A running verification. It is also the context that the authenticator gets, so that each call makes one object. */
export class Verification implements VerificationContext {
  readonly #attempt: number;
  readonly #owner: VerificationOwner;
  /** Made when needed, as the controller is. */
  #revoked: Set<string> | undefined;
  #controller: AbortController | undefined;
  #isSettled = false;

  constructor(attempt: number, owner: VerificationOwner) {
    this.#attempt = attempt;
    this.#owner = owner;
  }

  get peer(): Peer {
    return this.#owner.peer;
  }

  /** Whether the verification has its result, or was abandoned. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isSettled) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Calls the authenticator, and reports one fact to the session: at once if the verdict comes at once. */
  start({ authenticate, clock }: VerificationEnvironment, credentials: Credentials): void {
    try {
      const answer = authenticate(credentials, this);
      if (isPromiseLike(answer))
        answer.then(
          (verdict) => this.#conclude(verdict, clock),
          (error) => this.#fail(error),
        );
      else this.#conclude(answer, clock);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Voids an acceptance of this user: the check may have read data from before the revocation. */
  revoke(user: string): void {
    this.#revoked ??= new Set();
    this.#revoked.add(user);
  }

  abandon(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#controller?.abort();
  }

  #conclude(verdict: unknown, clock: Clock): void {
    let fact: VerdictFact;
    try {
      fact = factOf(verdict, this.#attempt, clock);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#report(fact);
  }

  #fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#owner.fault('authenticator', error);
    this.#report({ type: 'authenticator.failed', attempt: this.#attempt });
  }

  /** Reports the fact, unless a getter of the verdict or the handler of a fault has ended the session meanwhile. */
  #report(fact: VerdictFact): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const isVoid = fact.type === 'credentials.accepted' && this.#revoked?.has(fact.identity.user);
    this.#owner.take(isVoid ? facts.sessionRevoked : fact);
  }
}

/** Reads a verdict, which may come from untyped code. Throws an error that says what is wrong with it. */
function factOf(value: unknown, attempt: number, clock: Clock): VerdictFact {
  const { verdict, identity, retryInMs, deviceToken } = (value ?? {}) as {
    readonly verdict?: unknown;
    readonly identity?: Partial<Identity>;
    readonly retryInMs?: unknown;
    readonly deviceToken?: unknown;
  };
  if (verdict === 'refused') return { type: 'credentials.refused', attempt };
  if (verdict === 'overloaded') return { type: 'authenticator.overloaded', attempt };
  if (verdict === 'postponed') {
    if (!isWait(retryInMs)) throw invalidVerdict(`retryInMs ${WAIT}`);
    return { type: 'credentials.postponed', attempt, retryInMs };
  }
  if (verdict !== 'accepted')
    throw invalidVerdict('it returned none of accept(…), refuse(), postpone(…), overload()');
  const { user, expiresInMs } = identity ?? {};
  if (!isUser(user)) throw invalidVerdict(`user ${USER}`);
  if (!isTime(expiresInMs)) throw invalidVerdict(`expiresInMs ${TIME}`);
  const accepted = withWallClock(identity as Identity, clock);
  if (deviceToken === undefined) return { type: 'credentials.accepted', attempt, identity: accepted };
  if (!isGivenDeviceToken(deviceToken)) throw invalidVerdict('deviceToken must come from accept(…)');
  return { type: 'credentials.accepted', attempt, identity: accepted, deviceToken };
}

/** The error does not show the value, because that may hold the credentials. */
function invalidVerdict(why: string): TypeError {
  return new TypeError(`the authenticator returned no valid verdict: ${why}`);
}
