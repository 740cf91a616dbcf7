/** The port for what differs between the two binaries. `bin/` implements it, `program.ts` calls it. */
import type { Clock, Sessions } from '@sallyport/core';
import type { Listening, ServeOptions } from '@sallyport/listen';

/** The signature of an adapter's `serve`. Rejects with a `ServeError` if it cannot listen. */
export type Serve = (sessions: Sessions, options: ServeOptions) => Promise<Listening>;

/** A WebSocket library, and the name of the binary that runs on it. */
export interface Transport {
  /** The name of the binary, for messages: `sallyport-ws`. */
  readonly name: string;
  /** The name of the library, for `--help`: `ws`. */
  readonly library: string;
  /** The clock of the sessions, in milliseconds. */
  readonly clock: Clock;
  /**
   * How the processes of `--workers` share one port. `inherited`: the parent opens the socket, and each process serves on it with `host: 'fd:…'`.
   * `reusePort`: each process opens the port, with `SO_REUSEPORT`. Default: `--workers` is refused.
   */
  readonly sharing?: 'inherited' | 'reusePort' | undefined;
  /**
   * Loads the library. `run` calls it once, after the options are checked. `reusesPort`: with `sharing: 'reusePort'`, whether other processes
   * listen on the port too. It may throw a `StartupError`.
   */
  loadServe(reusesPort?: boolean): Serve | Promise<Serve>;
}
