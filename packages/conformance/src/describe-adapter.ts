/** The kit as tests of vitest: every story under its section, by its duty. Other runners take `storiesOf` as it is. */
import { describe, it } from 'vitest';
import { storiesOf } from './kit/stories-of.ts';
import type { Capabilities, Start } from './kit/transport.ts';

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
