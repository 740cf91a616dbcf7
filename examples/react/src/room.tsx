/** The room: one session for as long as it is shown. */
import type { FixedCredentials, SessionState } from '@sallyport/client';
import { useEffect, useRef } from 'react';
import { SignIn } from './sign-in.tsx';
import { useRoom } from './use-room.ts';
import { useSession } from './use-session.ts';

const URL = import.meta.env['VITE_SALLYPORT_URL'] ?? 'ws://127.0.0.1:5678';

const words: Readonly<Record<SessionState, string>> = {
  connecting: 'Connecting',
  authenticating: 'Signing in',
  ready: 'Signed in',
  postponed: 'The server asks to wait',
  waiting: 'The connection is lost. The next attempt comes by itself',
  signedOut: 'Signed out',
  closing: 'Signing out',
  closed: 'Closed',
};

interface RoomProps {
  readonly credentials: FixedCredentials;
  /** Called when the user leaves the room. The session closes with the component. */
  readonly onLeave: () => void;
}

export function Room({ credentials, onLeave }: RoomProps) {
  const { session, state = 'connecting', reason, user } = useSession(URL, { credentials });
  const { users, entries, problem, say } = useRoom(session, state);
  const isReady = state === 'ready';
  const log = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new entry scrolls the log
  useEffect(() => log.current?.scrollTo(0, log.current.scrollHeight), [entries]);
  return (
    <>
      <p role="status">
        {words[state]}
        {isReady ? ` as ${user}` : reason && ` (${reason})`}
      </p>
      {state === 'signedOut' && <SignIn onSubmit={(others) => session?.resume(others)} />}
      <p>In the room: {users.join(', ')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div ref={log} className="log" role="log" aria-label="Messages" tabIndex={0}>
        {entries.map(({ key, from, text }) => (
          <p key={key}>
            <b>{from}</b> {text}
          </p>
        ))}
      </div>
      {problem && <p role="alert">{problem}</p>}
      <form action={(fields) => say(String(fields.get('message')))}>
        <label className="wide">
          Message <input name="message" autoComplete="off" maxLength={1000} required disabled={!isReady} />
        </label>
        <button type="submit" disabled={!isReady}>
          Send
        </button>
        <button type="button" onClick={onLeave}>
          Leave
        </button>
      </form>
    </>
  );
}
