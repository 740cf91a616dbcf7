/**
 * Everything that can happen in a run: what programs do, and every fault. Each takes what it needs from chance of its own.
 *
 * The order counts: a seed chooses by it. Proven by: test/simulation.test.ts (each one happens).
 */
import type { Actions } from './actions/action.ts';
import { BROKER_FAULTS } from './actions/broker-faults.ts';
import { NETWORK_FAULTS } from './actions/network-faults.ts';
import { PROGRAMS } from './actions/programs.ts';
import { REDIS_FAULTS } from './actions/redis-faults.ts';
import { SERVER_FAULTS } from './actions/server-faults.ts';

export { FAULTS, type FaultKind } from './actions/action.ts';

export const ACTIONS: Actions = {
  ...PROGRAMS,
  ...NETWORK_FAULTS,
  ...BROKER_FAULTS,
  ...SERVER_FAULTS,
  ...REDIS_FAULTS,
};
