/**
 * One session for the life of a component, also in StrictMode.
 *
 * React may call a component and its effects more than once: StrictMode unmounts and mounts each component again when it appears.
 * So nothing connects while a component renders. The first subscriber connects. When the last one has left, the session closes, but
 * only if no other has come by the end of the current task. Proven by: tests/browser/example-react.test.ts.
 */
import {
  type ConnectOptions,
  connect,
  requests,
  type Session,
  type SessionRequests,
  type StateChange,
} from '@sallyport/client';
import { useState, useSyncExternalStore } from 'react';

/** A session that can send requests. */
export type RequestingSession = Session & SessionRequests;

/** What a component sees of its session. `session` is undefined before the first effect, and on a server that renders. */
export interface SessionView extends Partial<StateChange> {
  readonly session: RequestingSession | undefined;
  /** The name of the signed-in user. */
  readonly user: string | undefined;
}

const NOT_CONNECTED: SessionView = { session: undefined, user: undefined };

/**
 * Connects when the component appears, and closes the session when the component has gone. Later changes of the arguments have no
 * effect: for another server give the component another `key`, and for other credentials call `session.resume(credentials)`.
 */
export function useSession(url: string, options: Omit<ConnectOptions, 'extensions'>): SessionView {
  const [store] = useState(() => createStore(url, options));
  return useSyncExternalStore(store.subscribe, store.view, () => NOT_CONNECTED);
}

function createStore(url: string, options: Omit<ConnectOptions, 'extensions'>) {
  const listeners = new Set<() => void>();
  let view = NOT_CONNECTED;

  const update = (session: RequestingSession, change?: StateChange) => {
    const { state, reason, user } = session;
    view = { session, state, reason, user, ...change };
    for (const listener of listeners) listener();
  };

  const closeIfUnused = () => {
    if (listeners.size > 0) return;
    view.session?.close();
    view = NOT_CONNECTED;
  };

  return {
    view: () => view,
    subscribe(listener: () => void) {
      listeners.add(listener);
      if (!view.session) {
        const session = connect(url, { ...options, extensions: [requests()] });
        session.on('state', (change) => view.session === session && update(session, change));
        update(session);
      }
      return () => {
        listeners.delete(listener);
        queueMicrotask(closeIfUnused);
      };
    },
  };
}
