/**
 * The kit without a test runner: every story as a name and a function, for runners other than vitest.
 *
 *     for (const { name, skipped, run } of storiesOf(start, capabilities)) test(name, { skip: skipped }, run);
 */
export { inMemory } from './kit/in-memory.ts';
export { storiesOf } from './kit/stories-of.ts';
export type { Story } from './kit/story.ts';
export {
  type Arrival,
  type Capabilities,
  type Capability,
  Refused,
  type RemotePeer,
  type RemoteRequest,
  type Served,
  type Start,
  webSocket,
} from './kit/transport.ts';
export { webSocketPeer } from './kit/web-socket.ts';
