/**
 * What a session checks about every second: the limits that need not be exact. One sweep of the server does it for all sessions, so
 * a session has no timer for them.
 *
 * Proven by: test/session/watching.test.ts, test/session/late-replies.test.ts, test/session/requests.test.ts.
 */
import type { Identity, Protocol } from '@sallyport/protocol';
import { type Fact, facts, timedOut } from '../machine/facts.ts';
import type { SessionEnvironment } from './environment.ts';
import { heartbeatOf } from './heartbeat.ts';
import { requestsOf } from './held.ts';
import { type OutboundOwner, ping, stalledMs } from './outbound.ts';
import type { Replies } from './replies.ts';
import type { StateFlags } from './state-flags.ts';
import type { Held } from './subscriber.ts';
import { hasExpired } from './wall-expiry.ts';

/** What the checks need of their session. */
export interface CheckedSession extends OutboundOwner {
  readonly environment: SessionEnvironment;
  readonly protocol: Protocol;
  readonly flags: StateFlags;
  readonly identity: Identity | undefined;
  readonly replies: Replies | undefined;
  readonly held: Held;
  /** When the client last gave a sign of life, in the time of the sweep. */
  readonly heardAt: number;
  /** When the last message came, in the time of the sweep. */
  readonly messageAt: number;
  take(fact: Fact): void;
  /** Ends the session for an error of the application. */
  failed(error: unknown): void;
}

/** Checks every limit once, and pings if that is due. `wallNow` is undefined where the clock does not tell it. */
export function checkLimits(session: CheckedSession, isPingDue: boolean, wallNow: number | undefined): void {
  const { environment, protocol } = session;
  const { sweptMs: now, limits } = environment;
  if (session.replies && now - session.replies.oldest >= limits.replyMs) {
    session.replies.discard();
    session.failed(new Error(`the application has not answered for ${limits.replyMs} ms`));
  }
  // First: what the requests send now must not count as progress of a client that takes in nothing.
  if (stalledMs(session) >= limits.stallMs) session.take(facts.connectionStalled);
  if (session.held) requestsOf(session)?.swept();
  if (session.flags.isOpen && hasExpired(session.identity, wallNow)) session.take(timedOut.expiry);
  const heartbeat = heartbeatOf(protocol, limits, session.flags);
  if (now - session.heardAt >= (limits.silenceMs ?? protocol.defaultLimits.silenceMs))
    session.take(facts.connectionSilent);
  else if (session.flags.isOpen && now - session.messageAt >= limits.idleMs) session.take(facts.sessionIdled);
  else if (isPingDue && ping(session, heartbeat) === 'dropped') session.take(facts.connectionStalled);
}
