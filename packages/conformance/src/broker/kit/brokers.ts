/** What the kit needs to know of a broker under test: how to make one for each node, and what can be done to it. */
import type { Broker } from '@sallyport/channels';

/** What the stories change of a broker's options. */
export interface BrokerSettings {
  /** How long the key of an append is kept, in milliseconds. */
  readonly keyMs: number;
  /** How long a method may take, in milliseconds. A broker without a network has no use for it. */
  readonly deadlineMs: number;
}

/** What can be done to the broker under test. A story that needs more is skipped, and says so. */
export interface BrokerCapabilities {
  /** `cut` and `mend` are there: connections of one node can be cut. */
  readonly cuts: boolean;
  /** `hang` and `wake` are there: the broker can stop without closing a connection. */
  readonly hangs: boolean;
  /** `forgetAll` is there: the broker can lose what it stores. */
  readonly forgets: boolean;
}

/** The name of a capability. */
export type BrokerCapability = keyof BrokerCapabilities;

/** Empty logs, and the brokers of several nodes on them. Made anew for every story. */
export interface ServedBrokers {
  /** A broker for one more node, on the same logs. The kit starts and closes it. */
  createBroker(): Broker | Promise<Broker>;
  /** Lets time pass for the broker: moves its clock, or waits. A real one may sleep for a part of `ms`: the kit calls it again. */
  pass(ms: number): void | Promise<void>;
  /** Cuts the connections between this node and its broker. New ones fail until `mend`. */
  cut?(broker: Broker): void | Promise<void>;
  /** Lets this node connect again. */
  mend?(broker: Broker): void | Promise<void>;
  /** The broker of all nodes answers nothing any more, and the connections stay. */
  hang?(): void | Promise<void>;
  /** The broker goes on after `hang`. */
  wake?(): void | Promise<void>;
  /** The broker loses all logs, keys, states and leases. The connections stay. */
  forgetAll?(): void | Promise<void>;
  /** Ends what `createBroker` does not own, and deletes what the story left behind. */
  close(): void | Promise<void>;
}

/** Starts empty logs for one story. */
export type StartBrokers = (settings: BrokerSettings) => ServedBrokers | Promise<ServedBrokers>;
