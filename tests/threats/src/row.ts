/** A row of the catalogue: something that goes wrong or is done to us, and what happens then. */

/**
 * Where a row has to be proven. `session`: with no network, on a simulated clock. `authenticator`: by what says who may
 * enter, likewise. `sockets`: over real ones, on both adapters (or on one). `binaries`: with both servers, as processes.
 * `page`, `terminal`: what a person is shown.
 */
export type Place = 'session' | 'authenticator' | 'sockets' | 'ws' | 'uws' | 'binaries' | 'page' | 'terminal';

export interface Row {
  /** A letter for the phase (A until somebody is signed in, E after it) and a number; tests begin with it. */
  readonly id: `${'A' | 'E'}${number}`;
  readonly threat: string;
  readonly outcome: string;
  readonly at: readonly Place[];
  /** What is not proven of it, and why that is so. */
  readonly unproven?: string;
}
