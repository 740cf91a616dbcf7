/**
 * Admission: the decision on an upgrade request, before there is a connection (RFC 6455, 4.2). Adapters decide nothing.
 *
 * The limits on the number of sessions come last: only a client that passes every other check gets a `Retry-After`.
 * Proven by: test/admission/admission.test.ts, test/admission/unauthenticated-limit.test.ts.
 */
import type { Credentials, Protocol } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Peer, PeerAddress } from '../ports/connection.ts';
import { authorityOf, type Hosts } from './hosts.ts';
import type { Agreed, LastAdmitted } from './last-admitted.ts';
import type { Origins } from './origins.ts';
import type { Proxies } from './proxies.ts';
import type { UnauthenticatedLimit } from './unauthenticated-limit.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

type Status = 400 | 403 | 421 | 426 | 429 | 500 | 503;

/**
 * The decision: a session of this peer in this protocol, perhaps with credentials that came with the request, or an HTTP response
 * with a status and a plain text.
 */
export type Admission<Context = unknown> =
  | { readonly protocol: Protocol; readonly peer: Peer<Context>; readonly credentials?: Credentials }
  | Refused;

/** An HTTP response in place of a session. */
interface Refused {
  readonly status: Status;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What admission reads of the server. */
export interface AdmissionContext {
  readonly protocols: readonly Protocol[];
  readonly origins: Origins;
  readonly hosts: Hosts;
  readonly isDraining: boolean;
  readonly limits: Limits;
  readonly size: number;
  readonly unauthenticatedLimit: UnauthenticatedLimit;
  readonly lastAdmitted: LastAdmitted;
}

/** In seconds. Most places are held by people who type their credentials, so they free up within seconds. */
const LATER = { 'retry-after': '10' };

export function peerOf(
  { address: nearest, forwardedFor, origin }: UpgradeRequest,
  proxies: Proxies,
): PeerAddress {
  const address = proxies.clientOf(nearest, forwardedFor);
  return origin === undefined ? { address } : { address, origin };
}

export function admit(request: UpgradeRequest, peer: PeerAddress, sessions: AdmissionContext): Admission {
  const agreed = sessions.lastAdmitted.like(request) ?? agreedOn(request, sessions);
  if (!('protocol' in agreed)) return agreed;
  if (sessions.isDraining) return restarting;
  if (sessions.size >= sessions.limits.connections) return refusal(503, 'too many connections', LATER);
  switch (sessions.unauthenticatedLimit.reachedLimit(peer.address)) {
    case 'source':
      return refusal(429, 'too many unauthenticated sessions from your address', LATER);
    case 'all':
      return refusal(503, 'too many unauthenticated sessions', LATER);
    default:
      // The context is not known yet, which is right for peers without one.
      return { protocol: agreed.protocol, peer: peer as Peer };
  }
}

/** The checks of the request's own headers: the protocol that both sides agree on, or a refusal. */
function agreedOn(request: UpgradeRequest, sessions: AdmissionContext): Agreed | Refused {
  if (request.problem !== undefined) return refusal(400, request.problem);
  if (request.host !== undefined && !authorityOf(request.host)) return refusal(400, 'malformed Host header');
  if (sessions.isDraining) return restarting;
  // Libraries may accept version 8, an old draft. RFC 6455, 4.4 defines this refusal.
  if (request.version !== '13')
    return refusal(426, 'WebSocket version 13 only', { 'sec-websocket-version': '13' });
  // 421 rather than 403 (RFC 9110, 15.5.20): the operator can tell a wrong host from a wrong origin.
  if (!sessions.hosts.answersTo(request.host)) return refusal(421, 'host not allowed');
  if (!sessions.origins.isAllowed(request.origin, request.host)) return refusal(403, 'origin not allowed');
  const offered = offeredIn(request.protocols);
  if (!offered) return refusal(400, 'malformed list of subprotocols');
  const protocol = negotiate(offered, sessions.protocols);
  if (!protocol) return refusal(400, 'unsupported subprotocols');
  return sessions.lastAdmitted.remember(request, protocol);
}

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;

/** The names that a client offers. Undefined if one is not a token, or comes twice (RFC 6455, 4.1). */
function offeredIn(protocols: string | undefined): readonly string[] | undefined {
  const names = protocols?.split(',').map((name) => name.trim()) ?? [];
  const isList = names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
  return isList ? names : undefined;
}

/** The first offered protocol that the server speaks. A client that offers none gets the protocol without a name. */
function negotiate(offered: readonly string[], spoken: readonly Protocol[]): Protocol | undefined {
  if (offered.length === 0) return spoken.find(({ subprotocol }) => subprotocol === undefined);
  for (const name of offered) {
    const protocol = spoken.find(({ subprotocol }) => subprotocol === name);
    if (protocol) return protocol;
  }
  return undefined;
}

/** The protocol of a client that offers none: the one without a name, or else the first. */
export function defaultProtocol(protocols: readonly Protocol[]): Protocol {
  return protocols.find(({ subprotocol }) => subprotocol === undefined) ?? (protocols[0] as Protocol);
}

export function refusal(status: Status, text: string, headers: Record<string, string> = {}): Refused {
  return { status, text, headers };
}

const restarting = refusal(503, 'server restarts', { 'retry-after': '1' });
