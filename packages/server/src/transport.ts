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
  /** Loads the library. `run` calls it once, after the options are checked. It may throw a `StartupError`. */
  loadServe(): Serve | Promise<Serve>;
}
