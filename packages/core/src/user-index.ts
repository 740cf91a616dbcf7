/**
 * The sessions of each user, so that `of` and `revoke` need not look at every session.
 *
 * The server makes the index when it is first needed, from the sessions that there are, and keeps it from then on. A server that
 * never asks for a user pays nothing. Else each session costs some 50 bytes where users have one session, and a user with more costs a set;
 * tests/memory/user-index.test.ts measures it. Proven by: test/session/by-user.test.ts.
 */

/** Sessions that have not signed in wait in a set of their own: a revocation voids their pending sign-ins. */
export class UserIndex<Session extends object> {
  readonly #byUser = new Map<string, Session | Set<Session>>();
  readonly #unauthenticated = new Set<Session>();

  opened(session: Session): void {
    this.#unauthenticated.add(session);
  }

  /** The session has signed in as this user. */
  signedIn(session: Session, user: string): void {
    this.#unauthenticated.delete(session);
    const others = this.#byUser.get(user);
    if (others === undefined) this.#byUser.set(user, session);
    else if (others instanceof Set) others.add(session);
    else this.#byUser.set(user, new Set([others, session]));
  }

  /** The session has ended. `user` is undefined if it never signed in. */
  ended(session: Session, user: string | undefined): void {
    this.#unauthenticated.delete(session);
    if (user === undefined) return;
    const sessions = this.#byUser.get(user);
    if (sessions instanceof Set) sessions.delete(session);
    if (sessions === session || (sessions instanceof Set && sessions.size === 0)) this.#byUser.delete(user);
  }

  /** The sessions of a user, in the order of their sign-ins. A list of its own, which later ends do not change. */
  of(user: string): readonly Session[] {
    const sessions = this.#byUser.get(user);
    if (sessions === undefined) return [];
    return sessions instanceof Set ? [...sessions] : [sessions];
  }

  /** The sessions that have not signed in. */
  get unauthenticated(): readonly Session[] {
    return [...this.#unauthenticated];
  }
}

/** The index of sessions that there are already, the oldest first. */
export function indexByUser<Session extends { readonly identity: { readonly user: string } | undefined }>(
  sessions: Iterable<Session>,
): UserIndex<Session> {
  const index = new UserIndex<Session>();
  for (const session of sessions)
    if (session.identity) index.signedIn(session, session.identity.user);
    else index.opened(session);
  return index;
}
