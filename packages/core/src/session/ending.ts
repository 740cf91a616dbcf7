/**
 * The end of a session: why it ended, with which close code, and the report to the server and to the observer.
 *
 * Proven by: test/session/ending.test.ts, test/session/telling.test.ts.
 */
import type { Reason } from '@sallyport/protocol';
import type { Ending } from '../ports/observer.ts';
import type { OwnedSession, SessionEnvironment } from './environment.ts';

/** What the ending needs of its session. */
export interface EndingOwner extends OwnedSession {
  readonly environment: SessionEnvironment;
  /** When the session opened, in whole milliseconds of the clock. */
  readonly openedAt: number;
  /** Why the session ends, and the code of the close frame. Undefined before the end begins. */
  ending: Omit<Ending, 'openMs'> | undefined;
}

/** Keeps the first reason and code, and returns that code. */
export function recordEnding(session: EndingOwner, reason: Reason, code: number): number {
  session.ending ??= { reason, code };
  return session.ending.code;
}

/** Reports the end once. */
export function reportEnd(session: EndingOwner): void {
  const { environment } = session;
  if (!environment.ended(session) || !environment.observe.closed) return;
  const openMs = Math.floor(environment.clock.now()) - session.openedAt;
  session.observe('closed', { ...(session.ending as Omit<Ending, 'openMs'>), openMs });
}
