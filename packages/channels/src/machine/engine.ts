/**
 * The engine runs the channel machine, compiled to a table when this module loads.
 *
 * Proven by: test/machine/model.test.ts (XState takes every path of the model alike).
 */
import { compile } from '@sallyport/compile';
import { type ChannelTag, channelMachine, type StateName } from './machine.ts';

/** The machine as a table. It keeps no state, so one serves all channels. */
export const channelTable = compile(channelMachine);

/** The state of a channel. Immutable. A step that changes nothing returns the same object. */
export type Snapshot = ReturnType<typeof channelTable.step>;

/** The name of a state. The machine has no nested ones. */
export function stateName({ value }: { readonly value: unknown }): StateName {
  return value as StateName;
}

/** Whether publications that arrive now have to wait for an answer of the broker. */
export function isHolding(snapshot: Snapshot): boolean {
  const tag: ChannelTag = 'holding';
  return snapshot.hasTag(tag);
}
