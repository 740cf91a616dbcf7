/** The kit as tests of vitest: every story under its section, by its duty. Other runners take `storiesOf` as it is. */
import { describe, it } from 'vitest';
import { ofPaths, storiesOf } from './kit/stories-of.ts';
import type { Capabilities, Start } from './kit/transport.ts';

export interface DescribeOptions {
  /**
   * Whether the paths of the machine are driven too. Default: true. `false` is for a further way in to the same adapter,
   * such as TLS, which has the same duties and takes no other paths.
   */
  readonly paths?: boolean | undefined;
}

/** Describes the adapter that `start` serves as a suite of this name, for `vitest` to run. Its stories have 20 s each. */
export function describeAdapter(
  name: string,
  start: Start,
  capabilities: Capabilities,
  { paths = true }: DescribeOptions = {},
): void {
  const stories = storiesOf(start, capabilities).filter(({ section }) => paths || !ofPaths.includes(section));
  const broken = new Set<string>();
  describe(name, () => {
    for (const section of new Set(stories.map((story) => story.section)))
      describe(section, () => {
        for (const { name: duty, skipped, run } of stories.filter((story) => story.section === section))
          if (skipped) it.skip(`${duty} (${skipped})`, run);
          else
            it(duty, async ({ skip }) => {
              // They take minutes then, and say less.
              if (broken.size > 0 && ofPaths.includes(section))
                skip(`${broken.size} duties are broken: mend these first`);
              try {
                await run();
                // It may have failed before, and be tried again.
                broken.delete(duty);
              } catch (error) {
                broken.add(duty);
                throw error;
              }
            }, 20_000);
      });
  });
}
