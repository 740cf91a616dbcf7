/**
 * The sessions that live views have opened. Each is watched while a view asks for it, and for some seconds more: then its steps are
 * forgotten, and its messages take the short way again. Proven by: test/live/opened.test.ts.
 */
import type { Session, Sessions } from '@sallyport/core';
import { AdminError } from '../answers.ts';
import { entryOf, findSession, type SessionEntry } from '../session-list.ts';
import type { EndedSession } from './ends.ts';
import { type LiveStep, Steps } from './steps.ts';

/** An opened session, as the view gets it. */
export interface OpenedSession {
  readonly session: SessionEntry;
  /** How it ended. Absent while it has not. */
  readonly end?: EndedSession;
  /** The entries after the one that the view has last got, 500 at most. */
  readonly steps: readonly LiveStep[];
  /** Entries between those that made room. */
  readonly missed: number;
  /** The number of the last entry, for the next question. */
  readonly last: number;
}

interface Opened {
  readonly session: Session;
  readonly steps: Steps;
  readonly stop: () => void;
  end?: EndedSession;
  timer: NodeJS.Timeout;
}

/** Milliseconds without a question of a view, after which a session is not watched any more. */
const LEASE_MS = 10_000;
/** Sessions that may be opened at once. */
const MOST = 16;

export class OpenedSessions {
  readonly #now: () => number;
  readonly #showsPayloads: boolean;
  readonly #all = new Map<string, Opened>();

  constructor(now: () => number, showsPayloads: boolean) {
    this.#now = now;
    this.#showsPayloads = showsPayloads;
  }

  /** Opens the session if it is not open. `after` is the number of the last entry that the view has. Throws an `AdminError`. */
  read(sessions: Sessions, id: string, after: number): OpenedSession {
    const opened = this.#all.get(id) ?? this.#open(sessions, id);
    opened.timer.refresh();
    const { session, steps, end } = opened;
    // More than there are: the session was watched before, and forgotten.
    const known = after > steps.last ? 0 : after;
    const entries = steps.after(known);
    return {
      session: entryOf(session),
      ...(end && { end }),
      steps: entries,
      missed: entries[0] ? entries[0].n - 1 - known : 0,
      last: steps.last,
    };
  }

  /** The session has ended. The view still gets its last steps. */
  ended(session: Session, end: EndedSession): void {
    const opened = this.#all.get(String(session.id));
    if (opened?.session === session) opened.end = end;
  }

  #open(sessions: Sessions, id: string): Opened {
    const session = findSession(sessions, id);
    if (this.#all.size >= MOST)
      throw new AdminError(
        503,
        'tooManyOpened',
        `${MOST} sessions are opened in live views: close one, and wait ${LEASE_MS / 1_000} s`,
      );
    const steps = new Steps(this.#now, this.#showsPayloads);
    const stop = sessions.watch(session, steps) ?? (() => {});
    const timer = setTimeout(() => {
      stop();
      this.#all.delete(id);
    }, LEASE_MS);
    timer.unref();
    const opened = { session, steps, stop, timer };
    this.#all.set(id, opened);
    return opened;
  }
}
