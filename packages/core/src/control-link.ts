/**
 * The link between the sessions of a server and the control of several servers, if the service of channels brings one.
 *
 * What the control throws is a fault, and stops no session. Proven by: test/session/control.test.ts.
 */
import type {
  ControlledSession,
  ControlledSessions,
  RevocationOutcome,
  SessionControl,
} from './ports/control.ts';
import type { FaultSource } from './ports/observer.ts';
import type { OwnedSession, SessionEnvironment } from './session/environment.ts';
import { isStillValid } from './session/still-valid.ts';

/** A session, as core and the control have it. */
type LinkedSession = ControlledSession & OwnedSession;

/** What the link needs of the sessions. */
export interface ControlLinkOwner extends SessionEnvironment {
  fault(source: FaultSource, error: unknown, session: OwnedSession | undefined): void;
}

/** Where the link finds sessions. */
export interface SessionLookup {
  /** All sessions, the oldest first. */
  all(): readonly LinkedSession[];
  /** The sessions by their users. */
  users(): {
    of(user: string): readonly LinkedSession[];
    readonly unauthenticated: readonly LinkedSession[];
  };
}

export class ControlLink implements ControlledSessions {
  readonly newestSignInWins: boolean;
  readonly #owner: ControlLinkOwner;
  readonly #lookup: SessionLookup;

  constructor(owner: ControlLinkOwner, lookup: SessionLookup, newestSignInWins: boolean) {
    this.#owner = owner;
    this.#lookup = lookup;
    this.newestSignInWins = newestSignInWins;
    this.#tell((control) => control.start(this));
  }

  // --- For the sessions.

  /** A user has signed in. */
  signedIn(session: LinkedSession): void {
    if (this.newestSignInWins) this.#tell((control) => control.signedIn(session));
  }

  /** Ends the sessions of a user here at once, and on all other servers. */
  async revokeEverywhere(user: string): Promise<RevocationOutcome> {
    this.revoke(user);
    try {
      return (await this.#owner.channels.control?.revoke(user)) ?? 'everywhere';
    } catch (error) {
      this.#owner.fault('channels', error, undefined);
      return 'hereOnly';
    }
  }

  // --- ControlledSessions: for the control.

  all(): readonly LinkedSession[] {
    return this.#lookup.all();
  }

  of(user: string): readonly LinkedSession[] {
    return this.#lookup.users().of(user);
  }

  revoke(user: string): void {
    const users = this.#lookup.users();
    for (const session of [...users.of(user), ...users.unauthenticated]) session.revoke(user);
  }

  isStillValid(session: ControlledSession): Promise<boolean> {
    return isStillValid(this.#owner, session as LinkedSession);
  }

  #tell(tell: (control: SessionControl) => void): void {
    const { control } = this.#owner.channels;
    if (!control) return;
    try {
      tell(control);
    } catch (error) {
      this.#owner.fault('channels', error, undefined);
    }
  }
}
