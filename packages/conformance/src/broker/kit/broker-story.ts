/** A story of a broker: a test of one duty, with the capabilities that it needs. */
import type { BrokerStage } from './broker-stage.ts';
import type { BrokerCapability } from './brokers.ts';

/** A story before it is bound to a broker. */
export interface BrokerStoryDefinition {
  /** The duty, as a sentence without its subject: the broker. */
  readonly duty: string;
  readonly needs?: readonly BrokerCapability[];
  readonly run: (stage: BrokerStage) => void | Promise<void>;
}
