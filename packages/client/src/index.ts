/** The client's side of a session: signs in, renews the sign-in, and connects again where that helps. */
export {
  type JsonMessage,
  type Message,
  type Position,
  type PresentUser,
  RequestError,
} from '@sallyport/protocol';
export type {
  Channel,
  ChannelEvents,
  ChannelItem,
  ChannelState,
  ChannelStateChange,
  ChannelTransition,
  Presence,
  PresenceChange,
  PublishOptions,
  SessionChannels,
} from './channels/channel.ts';
export { type ChannelsOptions, channels } from './channels/channels-extension.ts';
export type { ChannelCommand, ChannelFact } from './channels/facts.ts';
export { type ClientChannelStateName, clientChannelMachine } from './channels/machine.ts';
export type { ClientChannelContext } from './channels/machine-functions.ts';
export type { Chance, Clock } from './clock.ts';
export type { Command } from './commands.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type {
  CredentialsRequest,
  CredentialsSource,
  FixedCredentials,
  GivenCredentials,
} from './credential-requests.ts';
export type { DeviceTokens } from './device-tokens.ts';
export type { Timer } from './durations.ts';
export type { Extension, ExtensionParts, MethodsOf, SessionLink } from './extension.ts';
export type { EndReason, Fact } from './facts.ts';
export { type ClientTag, clientMachine, type StateName } from './machine.ts';
export type { ClientInput } from './machine-functions.ts';
export type { RequestOptions } from './request-options.ts';
export type { SessionRequests } from './requests.ts';
export { type RequestsOptions, requests } from './requests-extension.ts';
export type { Session, SessionEvents, SessionState, StateChange, Transition } from './session.ts';
export { NotReadyError, NotSentError, RequestLostError } from './session-errors.ts';
export type { Socket, SocketClass } from './socket.ts';
