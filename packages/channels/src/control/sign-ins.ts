/**
 * The log of sign-ins, where the newest one of a user wins on all nodes.
 *
 * An entry ends only those sessions of its user whose own entry stands before it in the log as read. A session whose entry was not read yet is
 * untouched: its entry will decide. So of two sign-ins at once, on two nodes, exactly one stays: the one that stands last in the log. The
 * order in the log says nothing of an entry that was appended late, after an outage. There the later sign-in by the wall clock wins. If that is
 * not the one that was late, its node answers with an entry for the late session alone. Proven by: test/control/sign-ins.test.ts.
 */
import type { ControlledSession, ControlledSessions } from '@sallyport/core';
import { entryOf, SIGN_INS } from './control-logs.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';

/** What the sign-ins need of their control. */
export interface SignInsOwner extends OutboxOwner {
  readonly sessions: Iterable<ControlledSessions>;
  /** Whether the node has followed the log. Before that it would not read its own entries. */
  isFollowing(log: typeof SIGN_INS): boolean;
  /** A text that no other node has. */
  uniqueKey(): string;
}

/** A sign-in of a session of this node. */
interface SignIn {
  readonly id: string;
  readonly user: string;
  /** On the wall clock, or 0 where the clock does not tell it. */
  readonly at: number;
  /** Whether the node has read its entry. */
  isRead: boolean;
  /** Whether its entry was appended late, or waits for that. Only the late entry counts then. */
  isLate: boolean;
  /** Whether an entry waits for the broker. */
  isWaiting: boolean;
}

/** An entry of the log. */
interface SignInEntry {
  readonly id: string;
  readonly user: string;
  readonly at: number;
  readonly isLate: boolean;
  /** The id of a session that is not the newest. No other session is concerned then. */
  readonly answers: string | undefined;
}

export class SignIns {
  readonly #owner: SignInsOwner;
  readonly #outbox: Outbox;
  readonly #signIns = new WeakMap<ControlledSession, SignIn>();
  /** The sessions whose entry was not read, by its id. */
  readonly #unread = new Map<string, ControlledSession>();

  constructor(owner: SignInsOwner) {
    this.#owner = owner;
    // At most one entry of each session waits.
    this.#outbox = new Outbox(SIGN_INS, owner, Number.POSITIVE_INFINITY);
  }

  signedIn(session: ControlledSession): void {
    const { user = '' } = session.identity ?? {};
    const { clock } = this.#owner;
    const signIn: SignIn = {
      id: this.#owner.uniqueKey(),
      user,
      at: clock.wallNow?.() ?? 0,
      isRead: false,
      isLate: false,
      isWaiting: false,
    };
    this.#signIns.set(session, signIn);
    if (this.#owner.isFollowing(SIGN_INS)) void this.#announce(session, signIn);
    else this.#announceLate(session, signIn);
  }

  /** The node follows the log now, or again. */
  live(): void {
    void this.#outbox.flush();
  }

  delivered(json: string): void {
    const entry = signInOf(json);
    if (!entry) return;
    if (entry.answers !== undefined) {
      for (const session of this.#sessionsOf(entry.user))
        if (this.#signIns.get(session)?.id === entry.answers) session.end('replaced');
      return;
    }
    const own = this.#unread.get(entry.id);
    const ownSignIn = own && this.#signIns.get(own);
    if (ownSignIn && ownSignIn.isLate === entry.isLate) {
      ownSignIn.isRead = true;
      this.#unread.delete(entry.id);
    }
    for (const session of this.#sessionsOf(entry.user)) if (session !== own) this.#compare(session, entry);
  }

  /** Entries are lost: other nodes may not have read those of this one, and it may have missed theirs. So all are told again. */
  lost(): void {
    this.#unread.clear();
    for (const sessions of this.#owner.sessions)
      for (const session of sessions.newestSignInWins ? sessions.all() : []) {
        const signIn = this.#signIns.get(session);
        if (signIn && !session.isEnding) this.#announceLate(session, signIn);
      }
    void this.#outbox.flush();
  }

  close(): void {
    this.#outbox.close();
    this.#unread.clear();
  }

  #compare(session: ControlledSession, entry: SignInEntry): void {
    const signIn = this.#signIns.get(session);
    if (!signIn?.isRead || signIn.id === entry.id || session.isEnding) return;
    const isLater = signIn.at > entry.at || (signIn.at === entry.at && signIn.id > entry.id);
    if (!entry.isLate || !isLater) session.end('replaced');
    else this.#answer(session, signIn, entry);
  }

  #answer(session: ControlledSession, { id, user, at }: SignIn, late: SignInEntry): void {
    this.#outbox.keep({
      key: this.#owner.uniqueKey(),
      json: JSON.stringify({ id, user, at, answers: late.id }),
      isWanted: () => !session.isEnding,
    });
    void this.#outbox.flush();
  }

  #sessionsOf(user: string): readonly ControlledSession[] {
    return [...this.#owner.sessions].flatMap((sessions) =>
      sessions.newestSignInWins ? sessions.of(user) : [],
    );
  }

  async #announce(session: ControlledSession, signIn: SignIn): Promise<void> {
    const { id, user, at } = signIn;
    this.#unread.set(id, session);
    if (!(await this.#outbox.append({ key: id, json: JSON.stringify({ id, user, at }) })))
      this.#announceLate(session, signIn);
  }

  /** With a key of its own, since the broker may know that of the first entry. */
  #announceLate(session: ControlledSession, signIn: SignIn): void {
    const { id, user, at } = signIn;
    this.#unread.set(id, session);
    signIn.isRead = false;
    signIn.isLate = true;
    if (signIn.isWaiting) return;
    signIn.isWaiting = true;
    this.#outbox.keep({
      key: this.#owner.uniqueKey(),
      json: JSON.stringify({ id, user, at, late: true }),
      isWanted: () => !session.isEnding,
      settled: () => {
        signIn.isWaiting = false;
        if (session.isEnding) this.#unread.delete(id);
      },
    });
  }
}

function signInOf(json: string): SignInEntry | undefined {
  const { id, user, at, late, answers } = entryOf(json) ?? {};
  if (typeof id !== 'string' || typeof user !== 'string' || typeof at !== 'number') return undefined;
  return { id, user, at, isLate: late === true, answers: typeof answers === 'string' ? answers : undefined };
}
