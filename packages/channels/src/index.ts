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
export type {
  ChannelSubscriber,
  Channels,
  FollowedChannel,
  PublishOptions,
  PublishOutcome,
} from './channels.ts';
export type { PublishToOutcome, UserMessage } from './control/user-messages.ts';
export { createChannels } from './create-channels.ts';
export type { ChannelLimits } from './limits.ts';
export type { Command as ChannelCommand } from './machine/commands.ts';
export type { Fact as ChannelFact } from './machine/facts.ts';
export { channelMachine, type StateName as ChannelStateName } from './machine/machine.ts';
export type { Namespace, NamespaceOptions } from './namespaces.ts';
export type { ChannelsOptions, PublicationValidator } from './options.ts';
export {
  type AuthorizationContext,
  type Authorizer,
  allow,
  type ChannelAction,
  type ChannelVerdict,
  deny,
  type Permission,
} from './ports/authorizer.ts';
export type { ChannelCounters, ChannelFault, ChannelFaultSource, ChannelObserver } from './ports/observer.ts';
export { type Placed, placeOf } from './position.ts';
export type { Present } from './presence/presence.ts';
