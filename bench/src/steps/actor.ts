/** The session machine as an XState actor. */
import { sessionMachine } from '@sallyport/core';
import { createActor } from 'xstate';
import { offer } from './stopwatch.ts';

const actor = createActor(sessionMachine, { input: { attempts: 5 } }).start();
actor.send({
  type: 'credentials.received',
  credentials: { type: 'password', username: 'admin', password: '123456' },
});
actor.send({
  type: 'credentials.accepted',
  attempt: 1,
  identity: { user: 'admin', expiresInMs: Number.POSITIVE_INFINITY },
});
let delivered = 0;
actor.on('deliver', () => {
  delivered += 1;
});

offer(() => {
  const before = delivered;
  actor.send({ type: 'message.received', message: 'hello' });
  return delivered - before;
});
