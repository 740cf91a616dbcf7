/**
 * How to answer an upgrade request that the sessions refuse: as they say, within the request rate of its source.
 *
 * A server that counted plain requests only could be flooded with bad upgrade requests. Proven by: test/refusals.test.ts, and
 * the adapters' stories of HTTP limits.
 */
import type { Admission, Peer } from '@sallyport/core';
import type { Requests } from './requests.ts';

/** What `sessions.admit` returns for a request that it accepts. */
export type Admitted = Extract<Admission, { readonly peer: Peer }>;

/** An answer to an upgrade request that is not accepted. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: number;
  /** The body, without the line break at its end. */
  readonly text: string;
  /** Headers besides those of every refusal, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer where no WebSocket endpoint is. */
export const noWebSocket: Refusal = { status: 404, text: 'no WebSocket here', headers: {} };

const tooMany: Refusal = { status: 429, text: 'too many requests', headers: { 'retry-after': '1' } };

/**
 * Counts a refused upgrade request of this address, and returns the answer to it. `undefined`: terminate the connection without
 * an answer. Without `requests`, as where an app has its own server, nothing is counted.
 */
export function refusalFor(
  refusal: Refusal,
  address: string,
  requests: Requests | undefined,
): Refusal | undefined {
  switch (requests?.count(address)) {
    case 'cut':
      return undefined;
    case 'refuse':
      return tooMany;
    default:
      return refusal;
  }
}
