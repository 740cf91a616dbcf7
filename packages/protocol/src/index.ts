/** The wire: what clients and servers say to each other, and why a session ended. Normative text: PROTOCOL.md. */
export {
  type Credentials,
  type PasswordCredentials,
  passwordCredentials,
  type TokenCredentials,
  tokenCredentials,
} from './credentials.ts';
export type { Answer, AnswerError, Data, Decoded, Identity, Phase, Protocol } from './protocol.ts';
export { cutReason, type Reason, type ReasonRow, type Retry, reasonOfPeerClose, reasons } from './reasons.ts';
export { textProtocol } from './text.ts';
