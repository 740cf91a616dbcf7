/** The serve form that every adapter has: its options, and the server that it returns. */
import type { RequestOptions } from '@sallyport/core';
import type { Ready } from './answers.ts';
import type { Fetch } from './fetch.ts';
import type { TlsFiles } from './tls-files.ts';

/** Options of the serve form, the same on every adapter. */
export type ServeOptions<Context = unknown> = ListeningOptions & RequestOptions<Context>;

/** Options of the serve form, apart from what an app reads of upgrade requests. */
export interface ListeningOptions {
  /**
   * Where to listen. One of:
   *
   * - an IP address of this machine, or a name that resolves to one, such as `127.0.0.1`, `::`, `localhost`;
   * - `unix:` and the path of a Unix socket, such as `unix:/run/sallyport.sock`. The file gets the permissions 0660: its owner
   *   and its group may connect. A socket file that no process listens on is replaced. `close` removes the file.
   *   Peers have the address `''`;
   * - `fd:` and the number of a listening socket that the process inherits, such as `fd:3` from systemd. On ws only.
   */
  readonly host: string;
  /** TCP port, from 0 to 65535. 0 picks a free port. With `unix:` and `fd:` it must be 0. */
  readonly port: number;
  /** PEM files. With them the server speaks `wss:` and `https:` only. Default: no TLS. `reloadTls` reads the files again. */
  readonly tls?: TlsFiles | undefined;
  /** Path of the WebSocket endpoint, such as `/chat`; upgrade requests elsewhere get 404. Default: every path. */
  readonly path?: string | undefined;
  /** Answers plain HTTP requests. Default: 404 for all of them. */
  readonly fetch?: Fetch | undefined;
  /**
   * Answers plain HTTP requests whose answer exists in memory already, such as a file of a page. The adapter calls it before
   * `fetch`, and it costs a tenth, because no `Request` and no `Response` is made. It must not throw. Default: `fetch` only.
   */
  readonly ready?: Ready | undefined;
  /**
   * Largest body of a plain request, in bytes. Larger bodies get 413. 0 allows no body. The adapter keeps a body in memory
   * until it is complete, for 15 s at most. Default: 1 048 576.
   */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Plain requests and refused upgrades allowed per second and source, on average. Past it plain requests get 429 with
   * `Retry-After` and the connection ends; further ones get no answer. A source is an IPv4 address or an IPv6 /64 network; behind
   * one of the sessions' `trustedProxies` it is the address that the proxy names. A number above 0; `Infinity` sets no limit.
   * Default: 200.
   */
  readonly requestsPerSecond?: number | undefined;
  /** Plain requests that a source may send at once after a pause. A whole number from 1 on. Default: 400. */
  readonly requestBurst?: number | undefined;
  /**
   * Plain requests of one source that may be in progress, from the request line to the last byte of the answer. Further
   * ones get 429. A whole number from 1 on. Default: 100.
   */
  readonly requestsInFlight?: number | undefined;
  /**
   * Milliseconds that a client may leave an answer unread before its connection is terminated. A whole number from 1 to
   * 2 147 483 647. Default: 10 000. uWebSockets.js itself terminates after 10 to 14 s.
   */
  readonly writeMs?: number | undefined;
  /** Receives what `fetch` throws and errors of the listening socket. Default: they are ignored. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** A server that listens. */
export interface Listening {
  /** The `host` of the options. */
  readonly host: string;
  /** The TCP port, also where the options say 0. 0 on a Unix socket or an inherited one. */
  readonly port: number;
  /** URL of the WebSocket endpoint, such as `ws://127.0.0.1:5678` or `ws+unix:/run/sallyport.sock`. */
  readonly url: string;
  /**
   * Reads the files of `tls` again and serves them to new connections; open connections keep the certificate that they have.
   * Rejects with a `ServeError` that names the file if a file cannot be used. The certificate in service then stays.
   */
  reloadTls(): Promise<TlsReload>;
  /**
   * Stops listening, and serves on what was accepted: handshakes under way may finish, and sessions stay. For a process whose successor listens
   * already, so that the change refuses no client. Resolves once no handshake is under way, after 5 s at most; call `close` then.
   * uWebSockets.js does not tell how many are under way, so there it resolves after 1 s. Idempotent.
   */
  stopListening(): Promise<void>;
  /** Stops listening at once, drains the sessions, and resolves when every connection has closed. Idempotent. */
  close(): Promise<void>;
}

/** What `reloadTls` found. */
export interface TlsReload {
  /** Whether the files differ from those in service. If not, nothing was done. */
  readonly isChanged: boolean;
  /** When the certificate in service expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}
