/** The environment of a channel: what all channels of a node share, and what they report to. */
import type { Stepped, Stepper } from '@sallyport/compile';
import type { Clock } from '@sallyport/core';
import type { Position } from '@sallyport/protocol';
import type { Broker, StoredPublication } from '../broker/broker.ts';
import type { ChannelLimits } from '../limits.ts';
import type { Command } from '../machine/commands.ts';
import type { Snapshot } from '../machine/engine.ts';
import type { Fact } from '../machine/facts.ts';
import type { StateName } from '../machine/machine.ts';
import type { ChannelCounters, ChannelFaultSource } from '../ports/observer.ts';
import type { Presence } from '../presence/presence.ts';
import type { Joiner, Member } from './joiner.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** What the environment needs of a channel. */
export interface OwnedChannel extends Stepped<Snapshot, Fact<Joiner>, Command<Joiner>> {
  readonly name: string;
}

/** Runs the steps of all channels of a node. */
export type ChannelStepper = Stepper<Snapshot, Fact<Joiner>, Command<Joiner>, undefined, OwnedChannel>;

export interface ChannelEnvironment {
  readonly stepper: ChannelStepper;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly limits: ChannelLimits;
  readonly budget: MemoryBudget;
  readonly counters: ChannelCounters;
  /** A random number from 0 up to 1. */
  random(): number;
  /** Reports an error that was caught. */
  fault(source: ChannelFaultSource, error: unknown, channel: string): void;
  /** The channel went from one state to another. */
  moved(channel: OwnedChannel, from: StateName | undefined, to: StateName): void;
  /** A publication goes to the members. */
  delivered(channel: OwnedChannel, publication: StoredPublication): void;
  /** The members were told `lost`. */
  lost(channel: OwnedChannel, position: Position): void;
  /** The presence of a channel has something to do about a second later. */
  awaitSweep(presence: Presence): void;
  /** The channel has closed. Its members, if it has any, have to be told. */
  closed(channel: OwnedChannel, members: readonly Member[]): void;
}
