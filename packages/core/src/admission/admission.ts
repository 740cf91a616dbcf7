/**
 * Admission: what is decided at the upgrade request, before there is a connection (RFC 6455, 4.2), so that no adapter
 * has to decide anything.
 *
 * How full it is comes last: only who would be let in otherwise is told to come back. Proven by: test/admission.test.ts,
 * test/newcomers.test.ts.
 */
import type { Protocol } from '@sallyport/protocol';
import type { Limits } from '../limits.ts';
import type { Peer } from '../ports/connection.ts';
import { authorityOf, type Hosts } from './hosts.ts';
import type { Origins } from './origins.ts';
import type { Proxies } from './proxies.ts';
import type { UnauthenticatedLimit } from './unauthenticated-limit.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

type Status = 400 | 403 | 421 | 426 | 429 | 503;

/** In as this peer, speaking a protocol; or an HTTP response with this status, and this text for whoever reads it. */
export type Admission =
  | { readonly protocol: Protocol; readonly peer: Peer }
  | {
      readonly status: Status;
      readonly text: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** Who admits: the sessions, as admission needs them. */
export interface AdmissionContext {
  readonly protocols: readonly Protocol[];
  readonly origins: Origins;
  readonly hosts: Hosts;
  readonly isDraining: boolean;
  readonly limits: Limits;
  readonly size: number;
  readonly unauthenticatedLimit: UnauthenticatedLimit;
}

/** In seconds: the places that are taken are those of people at their prompts. */
const LATER = { 'retry-after': '10' };

export function peerOf({ address: nearest, forwardedFor, origin }: UpgradeRequest, proxies: Proxies): Peer {
  const address = proxies.clientOf(nearest, forwardedFor);
  return origin === undefined ? { address } : { address, origin };
}

export function admit(request: UpgradeRequest, peer: Peer, sessions: AdmissionContext): Admission {
  if (request.problem !== undefined) return refusal(400, request.problem);
  if (request.host !== undefined && !authorityOf(request.host)) return refusal(400, 'no host, or two');
  if (sessions.isDraining) return refusal(503, 'server restarts', { 'retry-after': '1' });
  // Version 8 is an old draft that a library may still take; RFC 6455, 4.4 says how to refuse it.
  if (request.version !== '13')
    return refusal(426, 'WebSocket version 13 only', { 'sec-websocket-version': '13' });
  // Not 403: 421 says that the host is wrong and the page may be right (RFC 9110, 15.5.20), and an operator sees which it was.
  if (!sessions.hosts.answersTo(request.host)) return refusal(421, 'host not allowed');
  if (!sessions.origins.isAllowed(request.origin, request.host)) return refusal(403, 'origin not allowed');
  const offered = offeredIn(request.protocols);
  if (!offered) return refusal(400, 'no list of subprotocols');
  const protocol = negotiate(offered, sessions.protocols);
  if (!protocol) return refusal(400, 'none of these subprotocols is spoken here');
  if (sessions.size >= sessions.limits.connections) return refusal(503, 'no more connections', LATER);
  switch (sessions.unauthenticatedLimit.reachedLimit(peer.address)) {
    case 'source':
      return refusal(429, 'too many of your address have not signed in', LATER);
    case 'all':
      return refusal(503, 'too many have not signed in', LATER);
    default:
      return { protocol, peer };
  }
}

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;

/** The names that a client offers; nothing if one of them is none, or comes twice (RFC 6455, 4.1). */
function offeredIn(protocols: string | undefined): readonly string[] | undefined {
  const names = protocols?.split(',').map((name) => name.trim()) ?? [];
  const isList = names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
  return isList ? names : undefined;
}

/** The first that the client offers and we speak; ours without a name for a client that offers none. */
function negotiate(offered: readonly string[], spoken: readonly Protocol[]): Protocol | undefined {
  if (offered.length === 0) return spoken.find(({ subprotocol }) => subprotocol === undefined);
  for (const name of offered) {
    const protocol = spoken.find(({ subprotocol }) => subprotocol === name);
    if (protocol) return protocol;
  }
  return undefined;
}

function refusal(status: Status, text: string, headers: Record<string, string> = {}): Admission {
  return { status, text, headers };
}
