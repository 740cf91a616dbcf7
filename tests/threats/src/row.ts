/** A row of the catalogue: a threat or a fault, and its outcome. */

/**
 * Where a row must be proven. `session`: without a network, on a simulated clock. `authenticator`: the same, in an
 * authenticator. `sockets`: over real sockets, on both adapters; `ws` or `uws`: on one. `binaries`: with both servers, as
 * processes. `page`, `terminal`: what a user sees. `redis`: against a real redis-server.
 */
export type Place =
  | 'session'
  | 'authenticator'
  | 'sockets'
  | 'ws'
  | 'uws'
  | 'binaries'
  | 'page'
  | 'terminal'
  | 'redis';

export interface Row {
  /** A letter (A before the sign-in, E after it, S the server itself) and a number. The titles of tests begin with it. */
  readonly id: `${'A' | 'E' | 'S'}${number}`;
  readonly threat: string;
  readonly outcome: string;
  readonly at: readonly Place[];
  /** The part without a proof, and the reason. */
  readonly unproven?: string;
}
