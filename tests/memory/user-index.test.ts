/** What the index of users costs for each session: nothing for a server that never asks for a user. */
import { accept, createSessions, type Sessions } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { expect, it } from 'vitest';
import { heapInUse } from './heap.ts';

const SESSIONS = 20_000;

function signIn(sessions: Sessions): void {
  for (let number = 0; number < SESSIONS; number += 1) {
    const connection = new RecordingConnection();
    const receiver = sessions.open(connection, { address: '127.0.0.1' });
    connection.opened(receiver);
    const text = `user${number}:1`;
    receiver.receive(text, text.length);
  }
}

it('the index of users costs at most 100 bytes for each session, from the first call on', async () => {
  const sessions = createSessions({
    authenticate: (given) => accept(given.type === 'password' ? given.username : ''),
    clock: new SimulatedClock(),
  });
  signIn(sessions);
  const before = await heapInUse();
  expect([...sessions.of('user7')]).toHaveLength(1);
  const each = ((await heapInUse()) - before) / SESSIONS;
  console.log(`index of users: ${each.toFixed(0)} B for each session`);
  expect(each).toBeLessThan(100);
  expect(sessions.size).toBe(SESSIONS);
});
