/** The transport: all that the two binaries do not share. A port; `bin/` implements it, `program.ts` calls it. */
import type { Clock, Sessions } from '@sallyport/core';
import type { Listening, ServeOptions } from '@sallyport/listen';

/** As the adapters have it; so it may be theirs. Rejects with a `ServeError` if it cannot listen. */
export type Serve = (sessions: Sessions, options: ServeOptions) => Promise<Listening>;

export interface Transport {
  /** Of the binary. */
  readonly name: string;
  /** Of the library that it runs on. */
  readonly library: string;
  readonly clock: Clock;
  /** Called when it is clear that something is to be served. May throw a `Refusal`. */
  loadServe(): Serve | Promise<Serve>;
}
