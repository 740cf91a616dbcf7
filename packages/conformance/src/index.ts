/**
 * The conformance kit: what every adapter must do, over its real transport. How to pass it: docs/writing-an-adapter.md.
 *
 * The kit is for anybody's adapter. What only the servers of this repository do alike is in `serving/`.
 */
import { describe, it } from 'vitest';
import type { Capabilities, Start } from './kit/transport.ts';
import { storiesOf } from './stories.ts';

export { type Recorded, recordSessions } from './recording.ts';
export * from './stories.ts';
export { type Client, connect, handshake, openSocket } from './wire/client.ts';
export { frame } from './wire/frames.ts';

/** Runs every story as a test of vitest. */
export function describeAdapter(name: string, start: Start, capabilities: Capabilities): void {
  const stories = storiesOf(start, capabilities);
  describe(name, () => {
    for (const section of new Set(stories.map((story) => story.section)))
      describe(section, () => {
        for (const { name: duty, skipped, run } of stories.filter((story) => story.section === section))
          if (skipped) it.skip(`${duty} (${skipped})`, run);
          else it(duty, run, 20_000);
      });
  });
}
