/** The machine as XState itself runs it: one step, with its commands. */
import { type Command, clientMachine, type Fact, type StateName } from '@sallyport/client';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';

export type Snapshot = SnapshotFrom<typeof clientMachine>;
/** XState returns emits among the actions to execute, in a form that its types do not list. */
const commandsIn = (actions: readonly object[]) =>
  (actions as { params: { event: Command } }[]).map(({ params }) => params.event);

export function start(reconnects: boolean): { snapshot: Snapshot; commands: Command[] } {
  const [snapshot, actions] = initialTransition(clientMachine, { reconnects });
  return { snapshot, commands: commandsIn(actions) };
}

export function step(before: Snapshot, fact: Fact): { snapshot: Snapshot; commands: Command[] } {
  const [snapshot, actions] = transition(clientMachine, before, fact);
  return { snapshot, commands: commandsIn(actions) };
}

export function nameOf({ value }: Snapshot): StateName {
  return (typeof value === 'string' ? value : Object.entries(value)[0]?.join('.')) as StateName;
}

/** An invented situation: this state, the second request for credentials, one failure so far, no failed renewal. */
export function situated(
  state: StateName,
  reconnects: boolean,
  isPostponed = state.startsWith('postponed.'),
): Snapshot {
  const [parent, child] = state.split('.') as [string, string?];
  const value = (child ? { [parent]: child } : parent) as Snapshot['value'];
  return clientMachine.resolveState({
    value,
    context: { reconnects, question: 2, failures: 1, failedRenewals: 0, isPostponed },
  });
}
