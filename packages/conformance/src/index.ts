/**
 * The conformance kit: what every adapter must do, over its real transport. How to pass it: docs/writing-an-adapter.md.
 *
 * The kit is for anybody's adapter: as tests of vitest, and without them what `stories.ts` lists. What only the servers of
 * this repository do alike is in `serving/`.
 */
export { type DescribeOptions, describeAdapter } from './describe-adapter.ts';
export { type Call, type Recorded, type Recording, recordSessions } from './recording.ts';
export {
  type Capabilities,
  type Capability,
  type Heard,
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
export { type Client, connect, handshake, openSocket } from './wire/client.ts';
export { frame } from './wire/frames.ts';
