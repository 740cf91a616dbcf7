/**
 * The broker in memory: the default, for one process.
 *
 * Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */
import type { Broker } from '../broker.ts';
import { MemoryBroker } from './memory-broker.ts';
import { type MemoryBrokerOptions, resolveMemoryOptions } from './memory-options.ts';
import { SharedLogs } from './shared-logs.ts';

/** The logs of all channels in memory, for several nodes of one process. */
export interface MemoryLogs {
  /** A broker for one more node. What one node appends, all nodes read. */
  createBroker(): Broker;
  /** Forgets all logs, keys, states and leases, as a broker does that lost its memory. For tests. */
  forgetAll(): void;
}

/** Creates logs that several nodes of one process share: for a parent of workers, tests and simulations. Throws a `UsageError` for a wrong option. */
export function createMemoryLogs(options: MemoryBrokerOptions): MemoryLogs {
  const logs = new SharedLogs(options, resolveMemoryOptions('createMemoryLogs', options));
  return { createBroker: () => new MemoryBroker(logs), forgetAll: () => logs.forgetAll() };
}

/**
 * Creates the broker of one node, with the logs in its memory: they end with the process. Throws a `UsageError` for a wrong option.
 */
export function createMemoryBroker(options: MemoryBrokerOptions): Broker {
  return new MemoryBroker(new SharedLogs(options, resolveMemoryOptions('createMemoryBroker', options)));
}
