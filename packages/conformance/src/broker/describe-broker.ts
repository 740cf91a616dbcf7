/** The stories of a broker as vitest tests: each in its section, named after its duty. Other test runners use `brokerStoriesOf`. */
import { describe, it } from 'vitest';
import { brokerStoriesOf } from './broker-stories.ts';
import type { BrokerCapabilities, StartBrokers } from './kit/brokers.ts';

/** Guards against a story that hangs. */
const LONGEST_MS = 300_000;

/** Defines a suite of this name in vitest, with every story of the brokers that `start` makes. A story may take five minutes. */
export function describeBroker(name: string, start: StartBrokers, capabilities: BrokerCapabilities): void {
  const stories = brokerStoriesOf(start, capabilities);
  describe(name, () => {
    for (const section of new Set(stories.map((story) => story.section)))
      describe(section, () => {
        for (const { name: duty, skipped, run } of stories.filter((story) => story.section === section)) {
          const title = `the broker ${duty}`;
          if (skipped) it.skip(`${title} (${skipped})`, run);
          else it(title, { timeout: LONGEST_MS }, run);
        }
      });
  });
}
