/** The kit as tests of vitest: every story under its section, by its duty. Other runners take `storiesOf` as it is. */
import { describe, it } from 'vitest';
import { ofPaths, storiesOf } from './kit/stories-of.ts';
import type { Capabilities, Start } from './kit/transport.ts';

export function describeAdapter(name: string, start: Start, capabilities: Capabilities): void {
  const stories = storiesOf(start, capabilities);
  let broken = 0;
  describe(name, () => {
    for (const section of new Set(stories.map((story) => story.section)))
      describe(section, () => {
        for (const { name: duty, skipped, run } of stories.filter((story) => story.section === section))
          if (skipped) it.skip(`${duty} (${skipped})`, run);
          else
            it(duty, async ({ skip }) => {
              // They take minutes then, and say less.
              if (broken > 0 && ofPaths.includes(section))
                skip(`${broken} duties are broken: mend these first`);
              broken += 1;
              await run();
              broken -= 1;
            }, 20_000);
      });
  });
}
