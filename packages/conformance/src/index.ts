/**
 * The conformance kit: tests the duties of an adapter over its real transport. docs/writing-an-adapter.md explains the duties.
 *
 * The kit works with every adapter, in vitest or another test runner (`stories.ts`). `serving/` holds stories for the servers of this
 * repository only.
 */
export { type DescribeOptions, describeAdapter } from './describe-adapter.ts';
export type { Call } from './kit/call.ts';
export { type RecordedReceiver, type RecordedSessions, recordSessions } from './recorded-sessions.ts';
export {
  type Arrival,
  type Capabilities,
  type Capability,
  inMemory,
  Refused,
  type RemotePeer,
  type RemoteRequest,
  type Served,
  type Start,
  type Story,
  storiesOf,
  webSocket,
  webSocketPeer,
} from './stories.ts';
export {
  type Client,
  connect,
  type End,
  type HandshakeOptions,
  handshake,
  openSocket,
  type Target,
} from './wire/client.ts';
export { BINARY, CLOSE, type Frame, frame, type Oddities, PING, PONG, TEXT } from './wire/frames.ts';
export type { HttpAnswer } from './wire/http-answer.ts';
