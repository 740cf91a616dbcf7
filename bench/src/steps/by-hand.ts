/** A `switch` as a programmer would write it by hand: the states and facts of the session machine around a message. */
import type { Command, Fact, StateName } from '@sallyport/core';
import { offer } from './stopwatch.ts';

function step(state: StateName, fact: Fact, commands: Command[]): StateName {
  switch (state) {
    case 'established.steady':
    case 'established.refreshing':
      switch (fact.type) {
        case 'message.received':
          commands.push({ type: 'deliver', message: fact.message });
          return state;
        case 'connection.closed':
          return 'closed';
        case 'drain.began':
          return 'established.draining';
        case 'message.tooBig':
          commands.push({ type: 'close', reason: 'messageTooBig' });
          return 'closing';
        case 'session.revoked':
          commands.push({ type: 'close', reason: 'revoked' });
          return 'closing';
        default:
          return state;
      }
    case 'closing':
      return fact.type === 'connection.closed' ? 'closed' : state;
    default:
      return state;
  }
}

const message: Fact = { type: 'message.received', message: 'hello' };
const commands: Command[] = [];
let state: StateName = 'established.steady';

offer(() => {
  state = step(state, message, commands);
  return commands.pop()?.type === 'deliver' ? 1 : 0;
});
