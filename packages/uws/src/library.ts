/**
 * uWebSockets.js as a type. It is never imported at run time: whoever serves hands it in, so that this package neither
 * picks a version nor loads a binary.
 *
 * No `declare module`: the declarations of 20.30 are mended here for ourselves, and whoever uses this package compiles
 * against their own. Proven by: test/serve.test.ts.
 */
import type uWebSockets from 'uWebSockets.js';
import type { us_listen_socket } from 'uWebSockets.js';

/** What `import uWS from 'uWebSockets.js'` gives. */
export type Library = typeof uWebSockets;

/** What 20.30 has without saying so. */
export interface Undeclared {
  /** 1. Without it, a port that another process serves with uWebSockets.js is taken a second time. */
  readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number;
}

export interface UndeclaredApp {
  listen(
    host: string,
    port: number,
    options: number,
    callback: (socket: us_listen_socket | false) => void,
  ): unknown;
  /** Cuts every connection. */
  close(): unknown;
}
