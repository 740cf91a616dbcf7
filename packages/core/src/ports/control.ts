/**
 * Control of the sessions of several servers: a port. It carries a revocation, and the newest sign-in of a user, to every server that shares
 * a broker. `@sallyport/channels` implements it, and a service of channels brings it (`ports/channels.ts`).
 *
 * A server without it has only its own sessions, and they cost nothing more. Proven by: test/session/control.test.ts.
 */
import type { Identity } from '@sallyport/protocol';
import type { Session } from './application.ts';

/**
 * How far a revocation has come. `everywhere`: it is in the log that all servers read, also those that are cut off now. `hereOnly`: the
 * sessions of this server have ended, and the log does not have it yet. It is tried again while the process runs.
 */
export type RevocationOutcome = 'everywhere' | 'hereOnly';

/** A session, as the control has it. */
export interface ControlledSession {
  /** The session as user code sees it. */
  readonly handle: Session;
  /** Undefined before the acceptance. */
  readonly identity: Identity | undefined;
  /** Whether the session has ended, or is closing. */
  readonly isEnding: boolean;
  /** Ends the session if it is this user's, and voids a pending acceptance of this user. */
  revoke(user: string): void;
  /** Ends a session that is signed in. Does nothing if it is closing already. */
  end(reason: 'replaced' | 'expired'): void;
}

/** The sessions of one `createSessions`, as the control has them. */
export interface ControlledSessions {
  /** Whether a sign-in ends the older sessions of its user. */
  readonly newestSignInWins: boolean;
  /** All sessions that have not ended, signed in or not. */
  all(): readonly ControlledSession[];
  /** The signed-in sessions of a user. */
  of(user: string): readonly ControlledSession[];
  /** Ends the user's sessions here, and voids pending sign-ins of that user. */
  revoke(user: string): void;
  /**
   * Whether the authenticator says that an identity still holds (`stillValid`). False where it cannot say, fails, or takes longer than
   * `verificationMs`. Never rejects.
   */
  isStillValid(session: ControlledSession): Promise<boolean>;
}

/** Carries what one server decides about sessions to all of them. No method throws or rejects. */
export interface SessionControl {
  /** These sessions are controlled from now on. `createSessions` calls it once. */
  start(sessions: ControlledSessions): void;
  /** A user has signed in. Called only where the newest sign-in wins. */
  signedIn(session: ControlledSession): void;
  /** Ends the sessions of a user on all other servers. Those of this server have ended. */
  revoke(user: string): Promise<RevocationOutcome>;
}
