/** A connection: one session after the other, of which only the one that counts is answered. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { PageConnection } from '../site/connection.ts';
import { Recorder } from '../site/frames/recorder.ts';

class SilentSocket extends EventTarget {
  static made = 0;
  protocol = '';
  constructor() {
    super();
    SilentSocket.made += 1;
  }
  send(): void {}
  close(): void {}
}

function pageConnection() {
  vi.stubGlobal('location', { href: 'http://gate.example/' });
  vi.stubGlobal('WebSocket', SilentSocket);
  onTestFinished(() => void vi.unstubAllGlobals());
  const recorder = new Recorder();
  const nothing = () => {};
  const connection = new PageConnection(recorder, {
    changed: nothing,
    state: nothing,
    refused: nothing,
    received: nothing,
    messageFailed: nothing,
  });
  return { recorder, connection };
}

it('what is typed after the protocol was chosen goes to the session that was begun then', async () => {
  const { connection } = pageConnection();
  connection.choose('text');
  const chosen = connection.session;
  // What became of the question before is told in a turn of its own.
  await Promise.resolve();
  connection.signIn({ username: 'ada', password: 'lovelace' });
  expect(connection.session).toBe(chosen);
  await vi.waitFor(() => expect(SilentSocket.made).toBe(1), 60_000);
  connection.signOut();
});

it('whoever gives up is forgotten, with what was tried', () => {
  const { connection, recorder } = pageConnection();
  const socket = { number: 1, url: '', startedAt: 0, subprotocol: '' };
  connection.signIn({ username: 'ada', password: 'lovelace' });
  recorder.note(socket, 'sent', 'text', 'ada:lovelace', true);
  connection.signOut();
  expect([connection.hasCredentials, connection.session.state]).toEqual([false, 'closed']);
  expect(recorder.frames.map(({ data }) => data)).toEqual(['ada:••••••']);
});
