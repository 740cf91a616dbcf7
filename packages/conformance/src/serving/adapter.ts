/** The serve form of an adapter and its clock: the subject of the stories. */
import type { Clock, ContextFunction, CredentialSources, PeerAddress, Sessions } from '@sallyport/core';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly fetch?:
    | ((request: Request, info: { readonly peer: PeerAddress }) => Response | Promise<Response>)
    | undefined;
  readonly context?: ContextFunction | undefined;
  readonly credentials?: CredentialSources | undefined;
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
  stopListening(): Promise<void>;
  close(): Promise<void>;
}

export interface Adapter {
  readonly clock: Clock;
  serve(sessions: Sessions, options: ServeOptions): Promise<Listening>;
  /** Differences of the transport libraries on the wire. */
  readonly library: {
    /** Past its own limits and at invalid frames, it sends a close frame with a reason before it terminates. */
    readonly saysWhy: boolean;
    /** It keeps the connection open until the client answers the close frame. */
    readonly waitsForClose: boolean;
  };
}
