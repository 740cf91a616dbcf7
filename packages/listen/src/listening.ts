/** The serve form, as every adapter has it: what it is told, and what it gives. */
import type { Ready } from './answers.ts';
import type { Fetch } from './fetch.ts';
import type { TlsFiles } from './tls-files.ts';

export interface ServeOptions {
  /** An address of this machine, or a name that stands for one. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Serves `wss:` and `https:` instead. */
  readonly tls?: TlsFiles | undefined;
  /** Where the WebSockets are. Default: everywhere. */
  readonly path?: string | undefined;
  /** Answers what is no WebSocket. Default: 404. */
  readonly fetch?: Fetch | undefined;
  /**
   * Asked before `fetch`: chooses an answer whose bytes exist already, such as a file of a page. It costs a tenth of what
   * `fetch` costs, since no `Request` and no `Response` is made. It must not throw. Default: `fetch` is asked at once.
   */
  readonly ready?: Ready | undefined;
  /**
   * The largest body of a plain request, in bytes, 0 for none; past it: 413. A request is handed over when it is whole,
   * and until then it is held in memory, for each connection, up to 15 s. Default: 1 048 576.
   */
  readonly maxBodyBytes?: number | undefined;
  /**
   * How many plain requests a second one source may make, on average; past it: 429 with `Retry-After`, and the connection
   * ends. A source is an address, or a network of 64 bits of IPv6. The address is the one that `trustedProxies` of the
   * sessions name, if the request comes from one of them. A number above 0, `Infinity` for no limit. Default: 200.
   */
  readonly requestsPerSecond?: number | undefined;
  /** How many plain requests a source may make at once after a pause. A whole number from 1 on. Default: 400. */
  readonly requestBurst?: number | undefined;
  /**
   * How many plain requests of one source may be under way, from the first line until the last byte of the answer has
   * gone; past it: 429. A whole number from 1 on. Default: 100.
   */
  readonly requestsInFlight?: number | undefined;
  /**
   * How long a client may take nothing of an answer that waits for it, in milliseconds; then its connection is cut. A
   * whole number from 1 to 2 147 483 647. Default: 10 000. On uWebSockets.js the library itself cuts after 10 to 14 s.
   */
  readonly writeMs?: number | undefined;
  /** Told what `fetch` threw, and what failed in the listening socket. Default: nobody. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export interface Listening {
  readonly host: string;
  /** The real one. */
  readonly port: number;
  /** For a client, such as `ws://127.0.0.1:5678`. */
  readonly url: string;
  /** Stops listening at once, drains the sessions, and resolves when every connection has gone. Idempotent. */
  close(): Promise<void>;
}
