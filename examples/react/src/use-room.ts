/** What is in the room, kept up to date over a session. Proven by: tests/browser/example-react.test.ts. */

import type { SessionState } from '@sallyport/client';
import { contractClient } from '@sallyport/contract';
import { contract } from '@sallyport-examples/app/contract';
import { useEffect, useMemo, useState } from 'react';
import type { RequestingSession } from './use-session.ts';

/** What a user said. `key` tells it from others for React. */
interface Entry {
  readonly key: number;
  readonly from: string;
  readonly text: string;
}

let lastKey = 0;
const keyed = (entry: Omit<Entry, 'key'>): Entry => ({ ...entry, key: ++lastKey });

/** Enters the room each time that the session becomes ready, so also after it has connected again. */
export function useRoom(session: RequestingSession | undefined, state: SessionState) {
  const [users, setUsers] = useState<readonly string[]>([]);
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [problem, setProblem] = useState<string>();
  const api = useMemo(() => session && contractClient(contract, session), [session]);

  useEffect(() => {
    if (!session || !api) return;
    const stopReading = api.onMessage((news) => {
      if (news.type === 'users') setUsers(news.users);
      else setEntries((before) => [...before, keyed(news)]);
    });
    const stopFailing = session.on('messageFailed', ({ message }) => setProblem(message));
    return () => {
      stopReading();
      stopFailing();
    };
  }, [session, api]);

  useEffect(() => {
    if (!api || state !== 'ready') return;
    const controller = new AbortController();
    const { signal } = controller;
    // The effect aborts its own requests when it ends, and that is not a problem.
    const report = (error: unknown) => signal.aborted || setProblem(String(error));
    api.request('room.enter', undefined, { signal }).then(setUsers, report);
    api
      .request('room.history', {}, { signal })
      .then((history) => setEntries(history.map(keyed)))
      .catch(report);
    return () => controller.abort();
  }, [api, state]);

  /** Sends a text to the room. */
  function say(text: string): void {
    setProblem(undefined);
    try {
      api?.send({ text });
    } catch (error) {
      setProblem(String(error));
    }
  }

  return { users, entries, problem, say };
}
