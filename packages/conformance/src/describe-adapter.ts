/** The kit as vitest tests: every story in its section, named after its duty. Other test runners use `storiesOf`. */
import { describe, it } from 'vitest';
import { Failures } from './kit/failures.ts';
import { dutiesOf, pathSections, storiesOf } from './kit/stories-of.ts';
import type { Capabilities, Start } from './kit/transport.ts';

/** Guards against a story that hangs. */
const LONGEST_MS = 120_000;

/** Options of `describeAdapter`. */
export interface DescribeOptions {
  /**
   * Whether sessions also walk the paths of the machine. Default: true. `false` suits a second transport of the same adapter, such as
   * TLS, on which the paths would prove nothing new.
   */
  readonly paths?: boolean | undefined;
}

/** Defines a suite of this name in vitest, with every story of the adapter that `start` serves. A story may take two minutes. */
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
        for (const { name: duty, skipped, run } of stories.filter((story) => story.section === section)) {
          const title = pathSections.includes(section)
            ? `the session follows ${duty}`
            : `the adapter ${duty}`;
          if (skipped) it.skip(`${title} (${skipped})`, run);
          else
            it(title, { timeout: LONGEST_MS }, async ({ skip }) => {
              const reason = failures.skipReason(section);
              if (reason) skip(reason);
              try {
                await run();
                failures.passed(duty);
              } catch (error) {
                failures.failed(duty);
                throw error;
              }
            });
        }
      });
  });
}
