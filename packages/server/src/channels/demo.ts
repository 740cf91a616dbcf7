/**
 * The demo channels: the demo user may do everything in `demo:*`, so that two terminals or browser tabs talk to each other at once.
 *
 * Only a server with the demo user and without an app has them. Its password is public, so such a server listens only on
 * loopback addresses (`host.ts`). Proven by: test/channels/demo.test.ts.
 */
import type { RulesByPattern } from './rules.ts';

/** The pattern of the demo channels. */
export const DEMO_CHANNELS = 'demo:*';

/** Each keeps its last 50 publications for 5 minutes. */
const rules = { historySize: 50, subscribe: '*', recover: '*', publish: '*', presence: '*' } as const;

/** Adds the demo channels to the rules of the operator. A rule of the operator for the same pattern counts. */
export function withDemoChannels(given: RulesByPattern): RulesByPattern {
  return { [DEMO_CHANNELS]: rules, ...given };
}
