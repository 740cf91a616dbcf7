/** One step of the session machine on an engine of core: established, one message. */
import type { Command, Engine, Fact } from '@sallyport/core';
import { offer } from './stopwatch.ts';

const opening: readonly Fact[] = [
  { type: 'credentials.received', credentials: { type: 'password', username: 'admin', password: '123456' } },
  {
    type: 'credentials.accepted',
    attempt: 1,
    identity: { user: 'admin', expiresInMs: Number.POSITIVE_INFINITY },
  },
];
const message: Fact = { type: 'message.received', message: 'hello' };

export function offerEngine(engine: Engine): void {
  const commands: Command[] = [];
  let snapshot = engine.start({ attempts: 5 }, commands);
  for (const fact of opening) snapshot = engine.step(snapshot, fact, commands);
  commands.length = 0;
  offer(() => {
    engine.step(snapshot, message, commands);
    return commands.pop()?.type === 'deliver' ? 1 : 0;
  });
}
