/** Stories of the time that the application has for a reply (`replyMs`). */
import { expect, it } from 'vitest';
import { deferred, flushMicrotasks, harness } from '../harness.ts';

it('a reply that waits behind a pending one is not late if that one settles in time', async () => {
  const slow = deferred<string>();
  const { signIn, clock, faults } = harness({
    application: (message) => (message === 'slow' ? slow.promise : `${message} reply`),
    limits: { replyMs: 5_000 },
  });
  const client = signIn();
  clock.advance(60_000);
  client.receiver.ponged();
  client.send('slow', 'fast');
  clock.advance(2_000);
  // A transport may let a second pass inside a send, and the sweep looks for late replies then.
  client.connection.sendResult = (data) => {
    if (data === 'slow reply') clock.advance(1_000);
    return 'sent';
  };
  slow.resolve('slow reply');
  await flushMicrotasks();
  expect(
    client
      .received()
      .filter((one) => one !== 'ping')
      .slice(1),
  ).toEqual(['slow reply', 'fast reply']);
  expect(faults).toEqual([]);
  expect(client.session.state).toBe('established.steady');
});
