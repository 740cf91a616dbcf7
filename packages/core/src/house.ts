/** The house: what all sessions of one server have in common, and whom each of them tells when something is up. */
import type { Identity } from '@sallyport/protocol';
import type { Application, Session } from './application.ts';
import type { Authenticator } from './authenticator.ts';
import type { Clock } from './clock.ts';
import type { Engine } from './engine.ts';
import type { Limits } from './limits.ts';
import type { Counters, FaultSource, Observer } from './observer.ts';

export interface House {
  readonly engine: Engine;
  readonly authenticate: Authenticator;
  readonly application: Application;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly observe: Observer;
  readonly counters: Counters;
  /** The time of the sweep, in milliseconds: coarse, and standing still while the process does. */
  readonly sweptMs: number;
  /** On the clock: when a drain tells the sessions that are left to close. */
  readonly drainDeadline: number;
  fault(source: FaultSource, error: unknown, session: Session): void;
  /** Somebody is signed in, for the first time in this session. */
  entered(session: Session, identity: Identity): void;
  /** The session has ended. False if that was said already. */
  left(session: Session): boolean;
}
