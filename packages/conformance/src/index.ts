/**
 * What every adapter must do, over real sockets on this machine: the same stories for each.
 *
 * For the tests of the adapters in this repository. A test says `adapterStories('name', adapter)`.
 */
import { describe } from 'vitest';
import type { Adapter } from './adapter.ts';
import { applicationStories } from './stories/application.ts';
import { endingStories } from './stories/endings.ts';
import { handshakeStories } from './stories/handshake.ts';
import { httpStories } from './stories/http.ts';
import { limitStories } from './stories/limits.ts';
import { listeningStories } from './stories/listening.ts';
import { portStories } from './stories/port.ts';
import { signInStories } from './stories/sign-in.ts';
import { slowPeerStories } from './stories/slow-peers.ts';

export type { Adapter } from './adapter.ts';
export { type Client, connect, handshake, openSocket } from './client.ts';
export { frame } from './frames.ts';
export { type Recorded, recordSessions } from './recording.ts';

export function adapterStories(name: string, adapter: Adapter): void {
  describe(name, () => {
    portStories(adapter);
    handshakeStories(adapter);
    signInStories(adapter);
    limitStories(adapter);
    applicationStories(adapter);
    slowPeerStories(adapter);
    endingStories(adapter);
    httpStories(adapter);
    listeningStories(adapter);
  });
}
