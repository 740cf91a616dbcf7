/** The environment of a session: what all sessions of one server have in common, and what each of them reports to. */
import type { Stepper } from '@sallyport/compile';
import type { Identity } from '@sallyport/protocol';
import type { Application } from './application.ts';
import type { Authenticator } from './authenticator.ts';
import type { Clock } from './clock.ts';
import type { Command } from './commands.ts';
import type { Snapshot } from './engine.ts';
import type { Fact } from './facts.ts';
import type { Limits } from './limits.ts';
import type { SessionInput } from './machine.ts';
import type { Counters, FaultSource, Observer } from './observer.ts';
import type { LiveSession } from './session.ts';

/** Takes facts for sessions; one for all of them. */
export type SessionStepper = Stepper<Snapshot, Fact, Command, SessionInput, LiveSession>;

export interface SessionEnvironment {
  readonly stepper: SessionStepper;
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
  fault(source: FaultSource, error: unknown, session: LiveSession): void;
  /** The session's first acceptance. A refresh is not reported. */
  signedIn(session: LiveSession, identity: Identity): void;
  /** The session has ended. Returns false if that was reported before. */
  ended(session: LiveSession): boolean;
}
