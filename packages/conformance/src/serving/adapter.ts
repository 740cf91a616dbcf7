/** What is tested: an adapter's serve form, and its clock. */
import type { Clock, Peer, Sessions } from '@sallyport/core';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly fetch?:
    | ((request: Request, info: { readonly peer: Peer }) => Response | Promise<Response>)
    | undefined;
  readonly maxBodyBytes?: number | undefined;
  readonly requestsPerSecond?: number | undefined;
  readonly requestBurst?: number | undefined;
  readonly requestsInFlight?: number | undefined;
  readonly writeMs?: number | undefined;
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  reloadTls(): Promise<{ readonly isChanged: boolean; readonly expiresAt: number }>;
  close(): Promise<void>;
}

export interface Adapter {
  readonly clock: Clock;
  serve(sessions: Sessions, options: ServeOptions): Promise<Listening>;
  /** Where the transport libraries themselves differ on the wire. */
  readonly library: {
    /** Past its own limits, and for broken frames, it says why in a close frame before it cuts. */
    readonly saysWhy: boolean;
    /** It leaves the wait for the peer's half of a close handshake to the session. */
    readonly waitsForClose: boolean;
  };
}
