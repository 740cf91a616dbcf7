/**
 * The conformance kit of brokers: tests the duties of a broker of channels. docs/writing-a-broker.md explains the duties.
 *
 * Proven by: test/broker/.
 */
export { describeBroker } from './describe-broker.ts';
export {
  type BrokerCapabilities,
  type BrokerCapability,
  type BrokerSettings,
  brokerStoriesOf,
  linkedBrokers,
  type ServedBrokers,
  type StartBrokers,
  type Story,
} from './stories.ts';
