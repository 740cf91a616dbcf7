/**
 * The stories of a broker without a test runner: each as a name and a function, for runners other than vitest.
 *
 *     for (const { name, skipped, run } of brokerStoriesOf(start, capabilities)) test(name, { skip: skipped }, run);
 */
export type { Story } from '../kit/story.ts';
export { brokerStoriesOf } from './broker-stories.ts';
export type {
  BrokerCapabilities,
  BrokerCapability,
  BrokerSettings,
  ServedBrokers,
  StartBrokers,
} from './kit/brokers.ts';
export { linkedBrokers } from './linked-brokers.ts';
