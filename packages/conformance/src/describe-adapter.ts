/** The kit as tests of vitest: every story under its section, by its duty. Other runners take `storiesOf` as it is. */
import { describe, it } from 'vitest';
import { Failures } from './kit/failures.ts';
import { dutiesOf, storiesOf } from './kit/stories-of.ts';
import type { Capabilities, Start } from './kit/transport.ts';

const LONGEST_MS = 120_000;

export interface DescribeOptions {
  /**
   * Whether the paths of the machine are driven too. Default: true. `false` is for a further way in to the same adapter,
   * such as TLS, which has the same duties and takes no other paths.
   */
  readonly paths?: boolean | undefined;
}

/** Describes the adapter that `start` serves as a suite of this name, for `vitest` to run. The limit of each is only for one that hangs. */
export function describeAdapter(
  name: string,
  start: Start,
  capabilities: Capabilities,
  { paths = true }: DescribeOptions = {},
): void {
  const stories = (paths ? storiesOf : dutiesOf)(start, capabilities);
  const failures = new Failures();
  describe(name, () => {
    for (const section of new Set(stories.map((story) => story.section)))
      describe(section, () => {
        for (const { name: duty, skipped, run } of stories.filter((story) => story.section === section))
          if (skipped) it.skip(`${duty} (${skipped})`, run);
          else
            it(duty, { timeout: LONGEST_MS }, async ({ skip }) => {
              const why = failures.whySkip(section);
              if (why) skip(why);
              try {
                await run();
                failures.passed(duty);
              } catch (error) {
                failures.failed(duty);
                throw error;
              }
            });
      });
  });
}
