/**
 * The conformance kit: what every adapter must do, over its real transport. How to pass it: docs/writing-an-adapter.md.
 *
 * The kit is for anybody's adapter. What only the servers of this repository do alike is in `serving/`.
 */
export { describeAdapter } from './describe-adapter.ts';
export { inMemory } from './kit/in-memory.ts';
export type { Story } from './kit/story.ts';
export {
  type Capabilities,
  type Capability,
  type Heard,
  type RemotePeer,
  type Served,
  type Start,
  webSocket,
} from './kit/transport.ts';
export { webSocketPeer } from './kit/web-socket.ts';
export { type Call, type Recorded, type Recording, recordSessions } from './recording.ts';
export { storiesOf } from './stories.ts';
export { type Client, connect, handshake, openSocket } from './wire/client.ts';
export { frame } from './wire/frames.ts';
