/**
 * XState 6, an alpha: another language, in which transitions are functions, so the session machine does not run there.
 * This is its part around a message, of the same shape, stepped by an actor, or with `--pure` by `transition()`.
 */
import { type AnyActorLogic, createActor, initialTransition, setup, transition } from 'xstate-6';
import { offer } from './stopwatch.ts';

const message = { type: 'message.received', message: 'hello' } as const;

const machine = setup({}).createMachine({
  context: { attempt: 1, attemptsLeft: 5, user: 'admin' },
  initial: 'established',
  states: {
    established: {
      on: { 'connection.closed': { target: 'closed' } },
      initial: 'steady',
      states: {
        steady: {
          on: {
            'message.received': ({ event }, enq) => {
              const deliver = { type: 'deliver', message: (event as typeof message).message };
              enq.emit(deliver);
              return {};
            },
            'refresh.requested': { target: 'refreshing' },
          },
        },
        refreshing: { on: { 'credentials.accepted': { target: 'steady' } } },
      },
    },
    closed: { type: 'final' },
  },
});
// Its declarations do not pass exactOptionalPropertyTypes.
const logic = machine as unknown as AnyActorLogic;

if (process.argv.includes('--pure')) {
  const [snapshot] = initialTransition(logic);
  offer(() => transition(logic, snapshot, message)[1].length);
} else {
  const actor = createActor(logic).start();
  let delivered = 0;
  actor.on('deliver', () => {
    delivered += 1;
  });
  offer(() => {
    const before = delivered;
    actor.send(message);
    return delivered - before;
  });
}
