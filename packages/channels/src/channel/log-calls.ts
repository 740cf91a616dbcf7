/**
 * The calls of the broker that a channel awaits: follow, unfollow, read. Each reports one fact, with the number of its attempt.
 *
 * A broker never rejects. One that does all the same, or answers what is no outcome, counts as unavailable, and the error is a fault.
 * Proven by: test/channel/repair.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { Broker, ReadOutcome, TopOutcome } from '../broker/broker.ts';
import { checkedOutcome } from '../broker/check-outcome.ts';
import { type FactOf, facts } from '../machine/facts.ts';

/** What the calls need of their channel. */
export interface LogCallsOwner {
  readonly name: string;
  readonly broker: Broker;
  take(
    fact: FactOf<
      | 'follow.succeeded'
      | 'follow.failed'
      | 'read.succeeded'
      | 'read.lost'
      | 'read.failed'
      | 'unfollow.settled'
    >,
  ): void;
  fault(source: 'broker' | 'channels', error: unknown): void;
}

const READ = ['read', 'lost', 'unavailable'] as const;

export class LogCalls {
  readonly #owner: LogCallsOwner;

  constructor(owner: LogCallsOwner) {
    this.#owner = owner;
  }

  follow(attempt: number): void {
    const settle = (outcome: TopOutcome): void =>
      this.#owner.take(
        outcome.type === 'top'
          ? { type: 'follow.succeeded', attempt, top: outcome.top }
          : { type: 'follow.failed', attempt },
      );
    const { broker, name } = this.#owner;
    this.#call(
      async () => checkedOutcome('follow', await broker.follow(name), ['top', 'unavailable']),
      settle,
    );
  }

  unfollow(): void {
    const { broker, name } = this.#owner;
    this.#call(
      async () => broker.unfollow(name),
      () => this.#owner.take(facts.unfollowSettled),
    );
  }

  read(attempt: number, since: Position, limit: number): void {
    const settle = (outcome: ReadOutcome): void => {
      if (outcome.type === 'read')
        this.#owner.take({
          type: 'read.succeeded',
          attempt,
          publications: outcome.publications,
          top: outcome.top,
        });
      else if (outcome.type === 'lost') this.#owner.take({ type: 'read.lost', attempt, top: outcome.top });
      else this.#owner.take({ type: 'read.failed', attempt });
    };
    const { broker, name } = this.#owner;
    this.#call(async () => checkedOutcome('read', await broker.read(name, since, limit), READ), settle);
  }

  /** The last publications of the log, for an inquiry. */
  readLast(limit: number, settle: (outcome: ReadOutcome) => void): void {
    const { broker, name } = this.#owner;
    this.#call(async () => checkedOutcome('read', await broker.read(name, undefined, limit), READ), settle);
  }

  #call<Outcome>(
    call: () => Promise<Outcome>,
    settle: (outcome: Outcome | { readonly type: 'unavailable' }) => void,
  ): void {
    call()
      .catch((error) => {
        this.#owner.fault('broker', error);
        return { type: 'unavailable' } as const;
      })
      .then(settle)
      .catch((error) => this.#owner.fault('channels', error));
  }
}
