/** The protocols between clients and servers, and the reasons why a session ends. Normative text: PROTOCOL.md. */
export { byteLength } from './byte-length.ts';
export {
  type ChannelErrorCode,
  channelError,
  channelErrors,
  type UnsubscribeReason,
  type UnsubscribeReasonRow,
  type UnsubscribeRetry,
  unsubscribeReasons,
} from './channel-errors.ts';
export { canBeChannel, canBeKey } from './channel-grammar.ts';
export type {
  ChannelEvent,
  ChannelOperation,
  ChannelResult,
  Position,
  PresentUser,
  Publication,
  ReceivedPublication,
} from './channel-messages.ts';
export { CHANNEL_PATTERNS, ChannelPatterns, canBeChannelPattern } from './channel-patterns.ts';
export type { ClientMessage, ClientProtocol, ServerMessage } from './client-protocol.ts';
export {
  type CookieCredentials,
  type Credentials,
  canBeToken,
  canBeUsername,
  cookieCredentials,
  type MessageCredentials,
  type PasswordCredentials,
  passwordCredentials,
  type TokenCredentials,
  tokenCredentials,
} from './credentials.ts';
export {
  canBeDeviceToken,
  type GivenDeviceToken,
  givenDeviceToken,
  isGivenDeviceToken,
} from './device-token.ts';
export type { Fields } from './fields.ts';
export { jsonProtocol } from './json.ts';
export {
  type ChannelMessage,
  decodeChannelMessage,
  encodeOperation,
  operationEncoder,
} from './json-channel-client.ts';
export { jsonClient } from './json-client.ts';
export { canBeMethod } from './json-request.ts';
export { decodeResponse, encodeCancel, encodeRequest, type RequestOutcome } from './json-request-client.ts';
export { jsonText } from './json-value.ts';
export { checkKnownOptions } from './known-options.ts';
export {
  type Answer,
  type AnswerError,
  type Data,
  type Decoded,
  type Identity,
  isJsonMessage,
  isMessage,
  type JsonMessage,
  type Message,
  type Phase,
  type Protocol,
} from './protocol.ts';
export {
  cutReason,
  type Reason,
  type ReasonRow,
  type Retry,
  reasonOfPeerClose,
  reasonOfServerClose,
  reasons,
} from './reasons.ts';
export {
  isRequestError,
  RequestError,
  type RequestErrorCode,
  type RequestErrorRow,
  type RequestFailure,
  type RequestRetry,
  requestErrors,
  requestFailure,
} from './request-errors.ts';
export { textProtocol } from './text.ts';
export { textClient } from './text-client.ts';
export { UsageError } from './usage-error.ts';
