/**
 * What an operator can see of the broker: its state, and handlers for changes.
 *
 * Proven by: test/failures.test.ts.
 */

/**
 * `connecting`: not connected yet, for the first time. `connected`: all methods work. `interrupted`: the broker tries to connect, for ever.
 * `closed`: after `close`.
 */
export type RedisBrokerState = 'connecting' | 'connected' | 'interrupted' | 'closed';

/** Handlers for what happens to the connection. What a handler throws is dropped. */
export interface RedisBrokerObserver {
  /** The broker is connected, for the first time or again. */
  readonly connected?: () => void;
  /**
   * The broker is not connected any more, or cannot connect for the first time. Called again when the reason changes. `reason` is what Redis
   * or the network said.
   */
  readonly interrupted?: (reason: string) => void;
  /** Redis works, but has a setting that loses data. Called once for each connection. */
  readonly warning?: (message: string) => void;
}
