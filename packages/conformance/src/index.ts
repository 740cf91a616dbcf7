/**
 * The conformance kit: what every adapter must do, over its real transport. How to pass it: docs/writing-an-adapter.md.
 *
 * The kit is for anybody's adapter: as tests of vitest, and without them what `stories.ts` lists. What only the servers of
 * this repository do alike is in `serving/`.
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
