/** Channels: publish, subscribe, recovery without silent gaps, presence. Pure: no socket, no timer of Node, no clock. */
export type {
  AppendOptions,
  AppendOutcome,
  Broker,
  BrokerReceiver,
  LeaseOutcome,
  ReadOutcome,
  Retention,
  SnapshotOutcome,
  StoredPublication,
  TopOutcome,
} from './broker/broker.ts';
export { type Placed, placeOf } from './position.ts';
