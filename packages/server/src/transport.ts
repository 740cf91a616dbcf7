/** The transport: all that the two binaries do not share. A port; `bin/` implements it, `program.ts` calls it. */
import type { Clock, Sessions } from '@sallyport/core';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Answers what is no WebSocket. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Told what went wrong in the transport, of no session in particular. */
  readonly onFault: (error: unknown) => void;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Listens no more, drains, and resolves when everybody is gone. */
  close(): Promise<void>;
}

/** Rejects with an `Error` with a `code` (EADDRINUSE, …) and a message of one line if it cannot listen. */
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
