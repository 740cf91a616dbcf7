/** The environment of a session: what all sessions of one server share, and what they report to. */
import type { Stepped, Stepper } from '@sallyport/compile';
import type { Identity } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Command } from '../machine/commands.ts';
import type { Snapshot } from '../machine/engine.ts';
import type { Fact } from '../machine/facts.ts';
import type { SessionInput } from '../machine/machine.ts';
import type { Application, Session } from '../ports/application.ts';
import type { Authenticator } from '../ports/authenticator.ts';
import type { ChannelService } from '../ports/channels.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peer } from '../ports/connection.ts';
import type { Counters, DetailsOf, FaultSource, Observer, SessionHandler } from '../ports/observer.ts';
import type { RequestHandler } from '../ports/requests.ts';

/** What the environment needs of a session. */
export interface OwnedSession extends Stepped<Snapshot, Fact, Command> {
  readonly handle: Session;
  readonly peer: Peer;
  readonly identity: Identity | undefined;
  take(fact: Fact): void;
  observe<Name extends SessionHandler>(name: Name, ...details: DetailsOf<Name>): void;
}

/** Runs the steps of all sessions of one server. */
export type SessionStepper = Stepper<Snapshot, Fact, Command, SessionInput, OwnedSession>;

/** What gets the transitions of sessions. `watchers.ts` has it. */
export interface TransitionWatchers {
  /** Tells the observer, and the watchers of the session, if the state is another one. */
  entered(session: OwnedSession, before: Snapshot, after: Snapshot): void;
}

/** What a session needs of its server. */
export interface SessionEnvironment {
  readonly stepper: SessionStepper;
  readonly authenticate: Authenticator;
  readonly application: Application;
  readonly requests: RequestHandler;
  readonly channels: ChannelService;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly observe: Observer;
  readonly watchers: TransitionWatchers;
  readonly counters: Counters;
  /** The time of the sweep, in milliseconds. Coarse; it stops while the process is suspended. */
  readonly sweptMs: number;
  /** When a drain closes the remaining sessions, on the clock. */
  readonly drainDeadline: number;
  /** Whether a message that comes in this state is delivered without a step: the step would do nothing else, and nothing observes it. */
  deliversDirectly(snapshot: Snapshot, session: OwnedSession): boolean;
  /** Reports an error of user code or an adapter. */
  fault(source: FaultSource, error: unknown, session: OwnedSession): void;
  /** The client signed in. Refreshes are not reported. Returns the older sessions that this one replaces. */
  signedIn(session: OwnedSession, identity: Identity): readonly OwnedSession[];
  /** The session has ended. Returns false if that was reported before. */
  ended(session: OwnedSession): boolean;
}
