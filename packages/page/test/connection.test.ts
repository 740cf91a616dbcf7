/** A visit: one session after the other, of which only the one that counts is answered. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { Visit } from '../site/connection.ts';
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

function visited() {
  vi.stubGlobal('location', { href: 'http://gate.example/' });
  vi.stubGlobal('WebSocket', SilentSocket);
  onTestFinished(() => void vi.unstubAllGlobals());
  const recorder = new Recorder();
  const nothing = () => {};
  const visit = new Visit(recorder, {
    changed: nothing,
    state: nothing,
    refused: nothing,
    received: nothing,
  });
  return { recorder, visit };
}

it('what is typed after the protocol was chosen goes to the session that was begun then', async () => {
  const { visit } = visited();
  visit.choose('text');
  const chosen = visit.session;
  // What became of the question before is told in a turn of its own.
  await Promise.resolve();
  visit.signIn({ username: 'ada', password: 'lovelace' });
  expect(visit.session).toBe(chosen);
  await vi.waitFor(() => expect(SilentSocket.made).toBe(1), 60_000);
  visit.signOut();
});

it('whoever gives up is forgotten, with what was tried', () => {
  const { visit, recorder } = visited();
  const connection = { number: 1, url: '', startedAt: 0, subprotocol: '' };
  visit.signIn({ username: 'ada', password: 'lovelace' });
  recorder.note(connection, 'sent', 'text', 'ada:lovelace', true);
  visit.signOut();
  expect([visit.isHeld, visit.session.state]).toEqual([false, 'closed']);
  expect(recorder.frames.map(({ data }) => data)).toEqual(['ada:••••••']);
});
