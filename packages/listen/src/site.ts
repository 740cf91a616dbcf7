/**
 * Answers plain HTTP requests: makes a `Request` of what the library gives, and always returns an answer.
 *
 * Each adapter reads the parts of the request and writes the answer. Proven by: test/site.test.ts, and the adapters' stories
 * of HTTP.
 */
import type { PeerAddress } from '@sallyport/core';
import {
  badRequest,
  failed,
  notFound,
  type OwnBytes,
  type Ready,
  type RequestHead,
  tooLarge,
} from './answers.ts';
import type { Client } from './client.ts';
import { systemClock } from './clock.ts';
import type { Fetch } from './fetch.ts';
import type { ServeOptions } from './listening.ts';
import { type Outgoing, outgoingOf, outgoingReady } from './outgoing.ts';
import { type RequestLimits, Requests } from './requests.ts';
import { ServeError } from './serve-error.ts';

const MAX_BODY_BYTES = 1_048_576;
const WRITE_MS = 10_000;
const requestDefaults: RequestLimits = { requestsPerSecond: 200, requestBurst: 400, requestsInFlight: 100 };

/** What an adapter needs to answer plain HTTP requests. */
export interface Site {
  /** The scheme of request URLs. */
  readonly scheme: 'http' | 'https';
  /** `undefined`: no answer is ready, and `fetch` gets every request. */
  readonly ready: Ready | undefined;
  /** `undefined`: requests without a ready answer get 404. */
  readonly fetch: Fetch | undefined;
  /** The largest request body, in bytes. */
  readonly maxBodyBytes: number;
  /** Milliseconds in which a client must take some of its answer. */
  readonly writeMs: number;
  /** The limits of each source. */
  readonly requests: Requests;
  /** The server is closing: each answer is the last one on its connection. */
  isClosing: boolean;
  /** Called with what `fetch` throws. */
  onFault(error: unknown): void;
}

/** A request without its body. `headers` and `peer` are called only where `fetch` is. */
export interface RequestParts extends RequestHead {
  /** All `Host` lines, joined by commas. Two get 400, because a proxy in front may have used the other (RFC 9112, 3.2). */
  readonly host: string | undefined;
  /** Every header line, in order, names in lower case or as sent. */
  headers(): readonly (readonly [name: string, value: string])[];
  /** Who sent the request. */
  peer(): PeerAddress;
}

/** Makes a site of the options. Throws a `ServeError` if one is not valid. */
export function siteOf(options: ServeOptions, now = systemClock.now): Site {
  const {
    tls,
    fetch,
    ready,
    onFault = () => {},
    maxBodyBytes = MAX_BODY_BYTES,
    writeMs = WRITE_MS,
  } = options;
  check('ERR_BODY', 'maxBodyBytes', maxBodyBytes, 0);
  check('ERR_WRITE', 'writeMs', writeMs, 1, 2 ** 31 - 1);
  const requests = new Requests(requestLimitsOf(options), now);
  const scheme = tls ? 'https' : 'http';
  return { scheme, fetch, ready, maxBodyBytes, writeMs, requests, isClosing: false, onFault };
}

function requestLimitsOf(options: ServeOptions): RequestLimits {
  const {
    requestsPerSecond = requestDefaults.requestsPerSecond,
    requestBurst = requestDefaults.requestBurst,
    requestsInFlight = requestDefaults.requestsInFlight,
  } = options;
  if (!(requestsPerSecond > 0))
    throw new ServeError(
      'ERR_REQUESTS',
      `requestsPerSecond must be a number above 0, not ${requestsPerSecond}`,
    );
  check('ERR_REQUESTS', 'requestBurst', requestBurst, 1);
  check('ERR_REQUESTS', 'requestsInFlight', requestsInFlight, 1);
  return { requestsPerSecond, requestBurst, requestsInFlight };
}

function check(
  code: string,
  name: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new ServeError(code, `${name} must be a whole number ${range}, not ${value}`);
}

/** Returns the answer. Never rejects. `body` is `undefined` where it was too large. */
export async function respond(
  parts: RequestParts,
  body: OwnBytes | undefined,
  client: Client,
  site: Site,
): Promise<Outgoing> {
  if (!body) return outgoingReady(tooLarge);
  const url = requestUrlOf(parts, site);
  if (url === undefined) return outgoingReady(badRequest);
  const ready = site.ready?.(parts) ?? (site.fetch ? undefined : notFound);
  if (ready) return outgoingReady(ready);
  const request = toRequest(parts, url, body, client);
  if (!request) return outgoingReady(badRequest);
  try {
    const response: Response | undefined = await site.fetch?.(request, { peer: parts.peer() });
    if (!response) throw new TypeError('fetch returned no response');
    if (!client.isClosed) return await outgoingOf(response, parts.method === 'HEAD');
    await response.body?.cancel();
  } catch (error) {
    if (!client.isClosed) site.onFault(error);
  }
  return outgoingReady(failed);
}

/** Methods that `Request` does not allow (Fetch standard, 2.2.1). */
const FORBIDDEN = /^(?:CONNECT|TRACE|TRACK)$/i;

/** `undefined` if `Request` does not allow the method, or the host or the target is not valid. */
function requestUrlOf({ method, target, host }: RequestParts, { scheme }: Site): string | undefined {
  if (FORBIDDEN.test(method) || host?.includes(',')) return undefined;
  if (!target.startsWith('/')) return URL.canParse(target) ? target : undefined;
  // Not resolved against the host: the path `//x` would name another host. A health check of HTTP/1.0 sends no host.
  return host && !/^[\w.:[\]-]+$/.test(host) ? undefined : `${scheme}://${host || 'localhost'}${target}`;
}

/** `undefined` if `Request` does not allow something that `requestUrlOf` does not check, such as the name of a header. */
function toRequest(
  parts: RequestParts,
  url: string,
  body: OwnBytes,
  { signal }: Client,
): Request | undefined {
  const { method } = parts;
  try {
    const headers = parts.headers().map(([name, value]): [string, string] => [name, value]);
    const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
    return new Request(url, hasBody ? { method, headers, signal, body } : { method, headers, signal });
  } catch {
    return undefined;
  }
}
