/** What a node has of its broker: the port for its channels, and the faults that any broker may have. Proven by: test/simulation.test.ts. */
import type { Broker } from '@sallyport/channels';

export interface NodeLink {
  /** What the channels of the node use. */
  readonly broker: Broker;
  readonly isConnected: boolean;
  /** The next answers that are lost. */
  loseAnswers: number;
  /** Cuts the link. What is on its way is lost. */
  cut(): void;
  /** From now on the link can be made again. */
  mend(): void;
  /** The broker does nothing for this node for this long. */
  hang(ms: number): void;
  /** All faults stop. */
  heal(): void;
  /** The process of the node is gone. */
  kill(): void;
}
