/**
 * uWebSockets.js as a type. This package never imports it at run time: the app passes it to `serve`, so the app chooses the version
 * and loads the binary.
 *
 * There is no `declare module`: these types complete the declarations of 20.30 for this package only, and an app compiles against
 * those of its own version. Proven by: test/serve.test.ts.
 */
import type uWebSockets from 'uWebSockets.js';
import type { us_listen_socket } from 'uWebSockets.js';

/** The default export of `uWebSockets.js`. */
export type Library = typeof uWebSockets;

/** Members that 20.30 has and does not declare. */
export interface Undeclared {
  /** 1. Without this option two processes with uWebSockets.js can listen on the same port. */
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
}

export interface UndeclaredApp {
  listen(
    host: string,
    port: number,
    options: number,
    callback: (socket: us_listen_socket | false) => void,
  ): unknown;
  /** `path` of a Unix socket. */
  listen_unix(callback: (socket: us_listen_socket | false) => void, path: string): unknown;
  /** Terminates every connection. */
  close(): unknown;
}
