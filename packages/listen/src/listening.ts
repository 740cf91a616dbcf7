/** The serve form, as every adapter has it: what it is told, and what it gives. */
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
   * The largest body of a plain request, in bytes, 0 for none; past it: 413. A request is handed over when it is whole,
   * and until then it is held in memory, for each connection, up to 15 s. Default: 1 048 576.
   */
  readonly maxBodyBytes?: number | undefined;
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
