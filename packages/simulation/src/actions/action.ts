/** What an action is, and what many of them choose by chance. Proven by: test/simulation.test.ts (each action happens). */
import type { Actor } from '../actor.ts';
import { CHANNELS } from '../people.ts';
import type { Random } from '../random.ts';
import type { ServerNode } from '../server-node.ts';
import type { BrokerKind, World } from '../world.ts';

/** The kinds of faults, for `--faults`. */
export const FAULTS = [
  'latency',
  'cut',
  'half-open',
  'slow',
  'outage',
  'broker',
  'facts',
  'forget',
  'trim',
  'redis',
  'authorizer',
  'authenticator',
  'application',
  'refresh',
  'revoke',
  'restart',
  'kill',
] as const;
export type FaultKind = (typeof FAULTS)[number];

interface Action {
  /** How often, beside the others. */
  readonly weight: number;
  /** Undefined for what programs do. */
  readonly fault?: FaultKind;
  /** The broker that it belongs to. Undefined: it happens with any. */
  readonly broker?: BrokerKind;
  /** Returns false if it could not happen, and perhaps what happened. */
  // biome-ignore lint/suspicious/noConfusingVoidType: an action that can always happen need not return anything
  run(world: World, random: Random): boolean | string | undefined | void;
}

/** Actions by their names. */
export type Actions = Readonly<Record<string, Action>>;

export const actorOf = (world: World, random: Random): Actor => random.pick(world.actors);
export const channelOf = (random: Random): string => random.pick(CHANNELS);
export const nodeOf = (world: World, random: Random): ServerNode => random.pick(world.nodes);
