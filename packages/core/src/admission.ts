/**
 * Admission: what is decided at the upgrade request, before there is a connection (RFC 6455, 4.2), so that no adapter
 * has to decide anything.
 *
 * How full it is comes last: only who would be let in otherwise is told to come back. Proven by: test/admission.test.ts,
 * test/newcomers.test.ts.
 */
import type { Protocol } from '@sallyport/protocol';
import type { Peer } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Newcomers } from './newcomers.ts';
import type { Proxies } from './proxies.ts';

/** Where an upgrade request comes from, and its headers as they came. */
export interface UpgradeRequest {
  /** Of the other end of the connection, as text; empty where the transport has none (a Unix socket). */
  readonly address: string;
  /** `X-Forwarded-For`; of more than one such header all, in their order, with commas between. */
  readonly forwardedFor?: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  /** `Sec-WebSocket-Protocol`. */
  readonly protocols: string | undefined;
  /** `Sec-WebSocket-Version`. */
  readonly version: string | undefined;
}

type Status = 400 | 403 | 426 | 429 | 503;

/** In as this peer, speaking a protocol; or an HTTP response with this status, and this text for whoever reads it. */
export type Admission =
  | { readonly protocol: Protocol; readonly peer: Peer }
  | {
      readonly status: Status;
      readonly text: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** Who admits: the sessions, as admission needs them. */
export interface Admitting {
  readonly protocols: readonly Protocol[];
  /** Exactly as browsers send them, such as `https://example.org`; `null` for pages opened from disk. */
  readonly origins: readonly string[];
  readonly isDraining: boolean;
  readonly limits: Limits;
  readonly size: number;
  readonly newcomers: Newcomers;
}

/** In seconds: the places that are taken are those of people at their prompts. */
const LATER = { 'retry-after': '10' };

export function peerOf({ address: nearest, forwardedFor, origin }: UpgradeRequest, proxies: Proxies): Peer {
  const address = proxies.clientOf(nearest, forwardedFor);
  return origin === undefined ? { address } : { address, origin };
}

export function admit(request: UpgradeRequest, peer: Peer, sessions: Admitting): Admission {
  if (sessions.isDraining) return refusal(503, 'server restarts', { 'retry-after': '1' });
  // Version 8 is an old draft that a library may still take; RFC 6455, 4.4 says how to refuse it.
  if (request.version !== '13')
    return refusal(426, 'WebSocket version 13 only', { 'sec-websocket-version': '13' });
  if (!isOriginAllowed(request, sessions.origins)) return refusal(403, 'origin not allowed');
  const protocol = negotiate(request.protocols, sessions.protocols);
  if (!protocol) return refusal(400, 'none of these subprotocols is spoken here');
  if (sessions.size >= sessions.limits.connections) return refusal(503, 'no more connections', LATER);
  switch (sessions.newcomers.tooManyFrom(peer.address)) {
    case 'source':
      return refusal(429, 'too many of your address have not signed in', LATER);
    case 'all':
      return refusal(503, 'too many have not signed in', LATER);
    default:
      return { protocol, peer };
  }
}

/**
 * Programs send no origin and are let in; a browser always sends one, and then the page must be of this host or be
 * listed, else any site could use its visitors' sign-ins (OWASP, cross-site WebSocket hijacking).
 */
function isOriginAllowed({ origin, host }: UpgradeRequest, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes(origin)) return true;
  const authority = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return authority !== undefined && authority.toLowerCase() === host?.toLowerCase();
}

/** The first that the client offers and we speak; ours without a name for a client that offers none. */
function negotiate(offered: string | undefined, spoken: readonly Protocol[]): Protocol | undefined {
  if (offered === undefined) return spoken.find(({ subprotocol }) => subprotocol === undefined);
  for (const name of offered.split(',')) {
    const protocol = spoken.find(({ subprotocol }) => subprotocol === name.trim());
    if (protocol) return protocol;
  }
  return undefined;
}

function refusal(status: Status, text: string, headers: Record<string, string> = {}): Admission {
  return { status, text, headers };
}
