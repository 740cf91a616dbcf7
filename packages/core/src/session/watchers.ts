/**
 * Which code gets the facts and commands of sessions: the observer of the server those of all sessions, if it has such handlers, and a
 * watcher those of one session, from `watch` until it stops.
 *
 * Without either, no step calls anything here, and messages take the short way (`message-shortcut.ts`).
 * Proven by: test/session/watched.test.ts.
 */
import type { StepWatcher } from '@sallyport/compile';
import type { Command } from '../machine/commands.ts';
import { type Snapshot, stateName } from '../machine/engine.ts';
import type { Fact } from '../machine/facts.ts';
import { type Observer, promiseOf, type SessionWatcher } from '../ports/observer.ts';
import type { OwnedSession, TransitionWatchers } from './environment.ts';

/** What a watcher needs of its session. */
export interface WatchedSession extends OwnedSession {
  /** A watcher has come, or the last one has gone. */
  watchersChanged(): void;
}

export class Watchers implements StepWatcher<OwnedSession, Fact, Command>, TransitionWatchers {
  /** Undefined while nothing gets the facts. */
  fact: ((session: OwnedSession, fact: Fact) => void) | undefined;
  /** Undefined while nothing gets the commands. */
  command: ((session: OwnedSession, command: Command) => void) | undefined;
  readonly #observer: Observer;
  readonly #onError: (error: unknown, session: OwnedSession) => void;
  /** Empty on a server without a watcher. */
  readonly #bySession = new Map<OwnedSession, Set<SessionWatcher>>();

  constructor(observer: Observer, onError: (error: unknown, session: OwnedSession) => void) {
    this.#observer = observer;
    this.#onError = onError;
    this.#choose();
  }

  /** Whether anything gets the facts or the commands of this session. */
  getsStepsOf(session: OwnedSession): boolean {
    return Boolean(this.#observer.fact ?? this.#observer.command) || this.#bySession.has(session);
  }

  /** Returns the function that stops the watcher. */
  add(session: WatchedSession, watcher: SessionWatcher): () => void {
    const watchers = this.#bySession.get(session) ?? new Set();
    // Of its own: the same object may watch twice.
    const own = boundHandlers(watcher);
    watchers.add(own);
    this.#bySession.set(session, watchers);
    this.#changed(session);
    return () => {
      if (!watchers.delete(own) || watchers.size > 0) return;
      this.forget(session);
      this.#changed(session);
    };
  }

  /** Drops the watchers of a session that has ended. */
  forget(session: OwnedSession): void {
    if (this.#bySession.delete(session)) this.#choose();
  }

  /** Building the name of a state costs time, so only where an observer or a watcher needs it. */
  entered(session: OwnedSession, before: Snapshot, after: Snapshot): void {
    if (!this.#observer.transition && !this.#bySession.has(session)) return;
    const [from, to] = [stateName(before), stateName(after)];
    if (from === to) return;
    session.observe('transition', from, to);
    this.#tell(session, 'transition', from, to);
  }

  /** An error of a handler is a fault, and does not reach the session. */
  #tell<Name extends keyof SessionWatcher>(
    session: OwnedSession,
    name: Name,
    ...details: Parameters<NonNullable<SessionWatcher[Name]>>
  ): void {
    const watchers = this.#bySession.get(session);
    if (!watchers) return;
    // A handler may stop a watcher.
    for (const watcher of [...watchers])
      try {
        const handler = watcher[name] as ((...given: unknown[]) => unknown) | undefined;
        promiseOf(handler?.(...details))?.then(undefined, (error) => this.#onError(error, session));
      } catch (error) {
        this.#onError(error, session);
      }
  }

  #changed(session: WatchedSession): void {
    this.#choose();
    session.watchersChanged();
  }

  /** An absent function costs a step nothing. */
  #choose(): void {
    const { fact, command } = this.#observer;
    const isAnyWatched = this.#bySession.size > 0;
    this.fact = fact || isAnyWatched ? this.#tellFact : undefined;
    this.command = command || isAnyWatched ? this.#tellCommand : undefined;
  }

  readonly #tellFact = (session: OwnedSession, fact: Fact): void => {
    session.observe('fact', fact);
    this.#tell(session, 'fact', fact);
  };

  readonly #tellCommand = (session: OwnedSession, command: Command): void => {
    session.observe('command', command);
    this.#tell(session, 'command', command);
  };
}

/** The handlers may be methods of an object of the caller. */
function boundHandlers(watcher: SessionWatcher): SessionWatcher {
  return {
    fact: watcher.fact?.bind(watcher),
    transition: watcher.transition?.bind(watcher),
    command: watcher.command?.bind(watcher),
  };
}
