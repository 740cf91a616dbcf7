/**
 * The kit without a test runner: every story as a name and a function, for whoever does not use vitest.
 *
 *     for (const { name, skipped, run } of storiesOf(start, capabilities)) test(name, { skip: skipped }, run);
 */
import { closing } from './duties/closing.ts';
import { liveness } from './duties/liveness.ts';
import { opening } from './duties/opening.ts';
import { receiving } from './duties/receiving.ts';
import { sending } from './duties/sending.ts';
import { type Story, storyOf } from './kit/story.ts';
import type { Capabilities, Start } from './kit/transport.ts';
import { differentialStories, pathStories } from './paths/path-stories.ts';

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

/** Every duty, in the order in which they come up in the life of a connection; then the machine's paths. */
export function storiesOf(start: Start, capabilities: Capabilities): readonly Story[] {
  const duties = Object.entries({ opening, receiving, sending, closing, liveness }).flatMap(
    ([section, tales]) => tales.map((tale) => storyOf(section, tale, start, capabilities)),
  );
  return [...duties, ...pathStories(start, capabilities), ...differentialStories(start, capabilities)];
}
