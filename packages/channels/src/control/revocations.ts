/**
 * The log of revocations: a user whose sessions have to end, on every node.
 *
 * A session ends by any entry that its node reads after the sign-in. So a revocation reaches a node that was cut off, when it is back. The
 * place in the log need not be remembered for each session, because a node reads the log in order. A sign-in during the outage ends too:
 * the node cannot know which of the two came first. Proven by: test/control/revocations.test.ts.
 */
import type { ControlledSession, ControlledSessions, RevocationOutcome } from '@sallyport/core';
import { entryOf, KEPT_ENTRIES, REVOCATIONS } from './control-logs.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';

/** Milliseconds by which the wall clocks of two nodes may differ. */
const SKEW_MS = 60_000;

/** What the revocations need of their control. */
export interface RevocationsOwner extends OutboxOwner {
  readonly sessions: Iterable<ControlledSessions>;
  /** A text that no other node has. */
  uniqueKey(): string;
  /** How far the revocation of a user has come. Called again once it is everywhere. */
  revoked(user: string, outcome: RevocationOutcome): void;
  /** A revocation that was `hereOnly` never reaches the other nodes. */
  revocationGivenUp(user: string): void;
}

export class Revocations {
  readonly #owner: RevocationsOwner;
  readonly #outbox: Outbox;
  /** The keys of the entries of this node that it has not read. Its own sessions ended when `revoke` was called. */
  #own = new Set<string>();
  readonly #startedAt: number | undefined;
  /** Whether entries of before the node followed the log have been read. */
  #knowsPast = false;
  /** The sessions of before. */
  #before: readonly ControlledSession[] = [];

  constructor(owner: RevocationsOwner) {
    this.#owner = owner;
    this.#outbox = new Outbox(REVOCATIONS, owner, KEPT_ENTRIES);
    this.#startedAt = owner.clock.wallNow?.();
  }

  /** Revocations that are `hereOnly`, and are tried again. */
  get pending(): number {
    return this.#outbox.size;
  }

  async revoke(user: string): Promise<RevocationOutcome> {
    const key = this.#owner.uniqueKey();
    this.#own.add(key);
    const entry = {
      key,
      json: JSON.stringify({ user, key, at: this.#owner.clock.wallNow?.() ?? null }),
      settled: () => this.#owner.revoked(user, 'everywhere'),
      givenUp: () => this.#owner.revocationGivenUp(user),
    };
    const outcome = (await this.#outbox.append(entry)) ? 'everywhere' : 'hereOnly';
    if (outcome === 'hereOnly') this.#outbox.keep(entry);
    this.#owner.revoked(user, outcome);
    return outcome;
  }

  /** The node follows the log now, or again. */
  live(): void {
    void this.#outbox.flush();
    if (this.#knowsPast) return;
    if (this.#before.length === 0) this.#before = this.#all();
    if (this.#before.length === 0) this.#knowsPast = true;
    else void this.#readPast();
  }

  delivered(json: string): void {
    const { user, key } = entryOf(json) ?? {};
    if (typeof user !== 'string' || (typeof key === 'string' && this.#own.delete(key))) return;
    for (const sessions of this.#owner.sessions) sessions.revoke(user);
  }

  /** Entries are lost. Those of this node that wait are appended all the same. */
  lost(): void {
    this.#own = new Set(this.#outbox.keys);
  }

  close(): void {
    this.#outbox.close();
  }

  /**
   * Users signed in before the node followed the log. What was revoked since the node started counts for them: older entries are of before
   * their sign-ins.
   */
  async #readPast(): Promise<void> {
    const { broker } = this.#owner;
    const users = new Set<string>();
    try {
      const outcome = await broker.read(REVOCATIONS, undefined, KEPT_ENTRIES);
      // The node reads it when the log is live again.
      if (outcome.type !== 'read') return;
      const since = (this.#startedAt ?? Number.NEGATIVE_INFINITY) - SKEW_MS;
      for (const { json } of outcome.publications) {
        const { user, key, at } = entryOf(json) ?? {};
        const isOwn = typeof key === 'string' && this.#own.has(key);
        const isOld = typeof at === 'number' && at < since;
        if (typeof user === 'string' && !isOwn && !isOld) users.add(user);
      }
    } catch (error) {
      this.#owner.fault('broker', error, REVOCATIONS);
      return;
    }
    this.#knowsPast = true;
    for (const session of this.#before)
      if (session.identity === undefined) for (const user of users) session.revoke(user);
      else if (users.has(session.identity.user)) session.revoke(session.identity.user);
    this.#before = [];
  }

  #all(): readonly ControlledSession[] {
    return [...this.#owner.sessions].flatMap((sessions) => sessions.all());
  }
}
