/** The connection of the page: one session after the other. It ignores the events of earlier sessions. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { PageConnection } from '../site/connection.ts';
import { Recorder } from '../site/frames/recorder.ts';

class SilentSocket extends EventTarget {
  static made = 0;
  static last: SilentSocket | undefined;
  protocol = '';
  constructor() {
    super();
    SilentSocket.made += 1;
    SilentSocket.last = this;
  }
  send(): void {}
  close(): void {}
}

function pageConnection(changed = () => {}) {
  vi.stubGlobal('location', { href: 'http://gate.example/' });
  vi.stubGlobal('WebSocket', SilentSocket);
  SilentSocket.last = undefined;
  onTestFinished(() => void vi.unstubAllGlobals());
  const recorder = new Recorder();
  const nothing = () => {};
  const connection = new PageConnection(recorder, {
    changed,
    state: nothing,
    refused: nothing,
    received: nothing,
    messageFailed: nothing,
  });
  return { recorder, connection };
}

it('credentials that a user enters after a choice of the protocol go to the session with that protocol', async () => {
  const { connection } = pageConnection();
  connection.choose('text');
  const chosen = connection.session;
  // The earlier session reports its end in a later turn.
  await Promise.resolve();
  connection.signIn({ username: 'ada', password: 'lovelace' });
  expect(connection.session).toBe(chosen);
  await vi.waitFor(() => expect(SilentSocket.made).toBe(1), 60_000);
  connection.signOut();
});

it('signing out during a sign-in forgets the credentials, also in the recorded frames', () => {
  const { connection, recorder } = pageConnection();
  const socket = { number: 1, url: '', startedAt: 0, subprotocol: '' };
  connection.signIn({ username: 'ada', password: 'lovelace' });
  recorder.note(socket, 'sent', 'text', 'ada:lovelace', true);
  connection.signOut();
  expect([connection.hasCredentials, connection.session.state]).toEqual([false, 'closed']);
  expect(recorder.frames.map(({ data }) => data)).toEqual(['ada:••••••']);
});

it('an error inside a session shows as its end, and the credentials are forgotten', async () => {
  const states: string[] = [];
  const { connection } = pageConnection(() => void states.push(connection.session.state));
  const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
  connection.signIn({ username: 'ada', password: 'lovelace' });
  await vi.waitFor(() => expect(SilentSocket.last).toBeDefined(), 60_000);
  vi.stubGlobal('addEventListener', () => {
    throw new Error('a step that fails');
  });
  SilentSocket.last?.dispatchEvent(new Event('error'));
  expect([connection.hasCredentials, states.at(-1)]).toEqual([false, 'closed']);
  expect(await uncaught).toMatchObject({ message: 'a step that fails' });
});
