/**
 * The shortcut of a message: in which states the machine answers a message with `deliver` and does nothing else. A session then
 * delivers it without a step.
 *
 * It is derived from the machine when this module loads, so the machine stays the authority: change the transition, and the
 * shortcut is gone. The table shows that the step is one `emit`. What an `emit` emits is a function, so each is probed: with messages
 * of every form, and with a context that throws when it is read.
 * Proven by: test/machine/message-shortcut.test.ts.
 */
import type { CompiledMachine } from '@sallyport/compile';
import type { Message } from '@sallyport/protocol';
import { transition } from 'xstate';
import type { sessionMachine } from './machine.ts';

type Machine = typeof sessionMachine;

/** A text that trimming, normalizing or a change of case would alter. */
const TEXT = ' Probe\u0301 ';
const probes: readonly Message[] = [TEXT, new Uint8Array([0, 255]), Object.freeze({ data: TEXT })];

/** The states in which a step with `message.received` does nothing but command `deliver` with the same message. */
export function deliveringStates(
  table: Pick<CompiledMachine<Machine>, 'states' | 'emitsOnly'>,
  machine: Machine,
): ReadonlySet<string> {
  return new Set(
    table.states.filter(
      (state) =>
        table.emitsOnly(state, 'message.received') &&
        probes.every((message) => delivers(machine, state, message)),
    ),
  );
}

/** What XState returns if there is a command. Without one, reading it throws. */
type Actions = [{ readonly params: { readonly event: Readonly<Record<string, unknown>> } }, ...unknown[]];

function delivers(machine: Machine, state: string, message: Message): boolean {
  try {
    const before = machine.resolveState({ value: stateValueOf(state), context: unreadable } as never);
    const [, actions] = transition(machine, before, Object.freeze({ type: 'message.received', message }));
    const [{ params }, ...others] = actions as unknown as Actions;
    const { event } = params;
    const isDelivery = event['type'] === 'deliver' && event['message'] === message;
    return isDelivery && Object.keys(event).length === 2 && others.length === 0;
  } catch {
    // There is no command, or it reads the context or something that a message does not have.
    return false;
  }
}

/** The state as XState writes it: the path `a.b` as `{ a: 'b' }`. */
function stateValueOf(path: string): string | object {
  return path
    .split('.')
    .reduceRight<string | object>((inside, key) => (inside === '' ? key : { [key]: inside }), '');
}

const refuse = () => {
  throw new Error('The context must not be read');
};
const unreadable = new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse });
