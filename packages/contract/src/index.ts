/** Typed requests, messages and channels: one contract for server and client, on Standard Schema. */
export type { Message } from '@sallyport/protocol';
export type { ChannelName, PublicationData, ReceivedPublicationData } from './channel-inference.ts';
export {
  type ContractClient,
  type ContractClientOptions,
  contractClient,
  type RequestArguments,
} from './client.ts';
export type { ChannelItem, ClientChannel, ContractChannel, PublicationOptions } from './client-channel.ts';
export type { ClientSession, RequestOptions } from './client-session.ts';
export {
  type ChannelDefinition,
  type ContractDefinition,
  defineContract,
  type MessagesDefinition,
  type RequestDefinition,
} from './contract.ts';
export { ContractError } from './contract-error.ts';
export { implement } from './implement.ts';
export type {
  Implementation,
  Implemented,
  MessageHandlerOf,
  RequestHandlerOf,
  RequestHandlersOf,
  TextHandler,
} from './implementation.ts';
export type {
  ClientData,
  HandlerParams,
  HandlerResult,
  ReceivedClientData,
  ReceivedServerData,
  RequestName,
  RequestParams,
  RequestResult,
  ServerData,
} from './inference.ts';
export type { Issue, Issues } from './issues.ts';
export {
  type ContractChannels,
  type ContractChannelsOptions,
  contractChannels,
  type ServerChannels,
} from './publications.ts';
export type { Call, IncomingRequest, ServerSession } from './server-session.ts';
