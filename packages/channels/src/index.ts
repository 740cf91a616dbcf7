/** Channels: publish, subscribe, recovery without silent gaps, presence. Pure: no socket, no timer of Node, no clock. */
export type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  BrokerUnavailable,
  LeaseOutcome,
  ReadOutcome,
  Retention,
  SnapshotOutcome,
  StoredPublication,
  TopOutcome,
} from './broker/broker.ts';
export { createMemoryBroker, createMemoryLogs, type MemoryLogs } from './broker/memory/memory-logs.ts';
export type { MemoryBrokerOptions } from './broker/memory/memory-options.ts';
export { type Placed, placeOf } from './position.ts';
