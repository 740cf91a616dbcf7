/**
 * Counts the cells of the four machines that runs have reached: a state and a fact for which it has a transition.
 *
 * It watches the stepper of `@sallyport/compile`, so the machines run as they always do. Proven by: test/simulation.test.ts.
 */
import { channelMachine } from '@sallyport/channels';
import { clientChannelMachine, clientMachine } from '@sallyport/client';
import { Stepper } from '@sallyport/compile';
import { sessionMachine } from '@sallyport/core';

/** The machines by the names of their counters. */
const MACHINES = {
  session: sessionMachine,
  channel: channelMachine,
  'client session': clientMachine,
  'client channel': clientChannelMachine,
} as const;
type MachineName = keyof typeof MACHINES;

/** The part of an XState node that is read here. */
interface Node {
  readonly path: readonly string[];
  readonly type: string;
  readonly states: Readonly<Record<string, Node>>;
  readonly ownEvents: readonly string[];
}

/** What the stepper steps, as far as it is looked at. */
interface Owner {
  stepped(before: { readonly path: string } | undefined, fact: { readonly type: string } | undefined): void;
}

/** Every cell that has a transition: `channel: live × publication.arrived`. */
export function allCells(): readonly string[] {
  const cells: string[] = [];
  const visit = (name: string, node: Node, inherited: ReadonlySet<string>): void => {
    const events = new Set([...inherited, ...node.ownEvents]);
    for (const child of Object.values(node.states)) visit(name, child, events);
    if (node.type === 'atomic')
      for (const event of events) cells.push(`${name}: ${node.path.join('.')} × ${event}`);
  };
  for (const [name, machine] of Object.entries(MACHINES))
    visit(name, machine.root as unknown as Node, new Set());
  return cells;
}

/** Counts cells while `during` runs. */
export async function watchingCells<Result>(
  reached: Map<string, number>,
  during: () => Promise<Result>,
): Promise<Result> {
  const prototype = Stepper.prototype as unknown as { start(owner: Owner, input: unknown): void };
  const { start } = prototype;
  prototype.start = function (owner, input) {
    const name = nameOf(owner);
    const { stepped } = owner;
    owner.stepped = (before, fact) => {
      if (before && fact) {
        const cell = `${name}: ${before.path} × ${fact.type}`;
        reached.set(cell, (reached.get(cell) ?? 0) + 1);
      }
      stepped.call(owner, before, fact);
    };
    start.call(this, owner, input);
  };
  try {
    return await during();
  } finally {
    prototype.start = start;
  }
}

/** Which machine the stepper runs for an owner: each has a field that the others have not. */
function nameOf(owner: object): MachineName {
  if ('outbox' in owner) return 'client session';
  if ('read' in owner) return 'client channel';
  return 'peer' in owner ? 'session' : 'channel';
}
