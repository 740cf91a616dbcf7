/**
 * A request of plain HTTP from the parts that a library gives, and its response, which there always is one of.
 *
 * How the parts are read and the response is written is each adapter's. Proven by: test/site.test.ts, and the adapters'
 * stories of HTTP.
 */
import { STATUS_CODES } from 'node:http';
import type { Peer } from '@sallyport/core';
import { badRequest, type Fetch, failed, notFound, tooLarge } from './fetch.ts';
import type { ServeOptions } from './listening.ts';
import { ServeError } from './serve-error.ts';

const MAX_BODY_BYTES = 1_048_576;

export interface Site {
  readonly scheme: 'http' | 'https';
  readonly fetch: Fetch;
  readonly maxBodyBytes: number;
  /** No connection is to be kept for a further request. */
  isClosing: boolean;
  onFault(error: unknown): void;
}

/** What a request consists of, its body left out. */
export interface RequestParts {
  readonly method: string;
  /** As in its first line: a path with its query, or a whole URL (RFC 9112, 3.2.2). */
  readonly target: string;
  readonly host: string | undefined;
  /** As often as each is there. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly peer: Peer;
}

/** As the options want it. Throws a `ServeError` if one is not as it must be. */
export function siteOf(options: ServeOptions): Site {
  const { tls, fetch = notFound, onFault = () => {}, maxBodyBytes = MAX_BODY_BYTES } = options;
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 0)
    throw new ServeError('ERR_BODY', `maxBodyBytes must be a whole number from 0 on, not ${maxBodyBytes}`);
  return { scheme: tls ? 'https' : 'http', fetch, maxBodyBytes, isClosing: false, onFault };
}

/** Never rejects. No body is one that was too large. */
export async function respond(
  parts: RequestParts,
  body: Uint8Array<ArrayBuffer> | undefined,
  signal: AbortSignal,
  site: Site,
): Promise<Response> {
  if (!body) return tooLarge();
  const request = toRequest(parts, body, signal, site);
  if (!request) return badRequest();
  try {
    const response: Response | undefined = await site.fetch(request, { peer: parts.peer });
    if (!response) throw new TypeError('fetch gave no response');
    return response;
  } catch (error) {
    site.onFault(error);
    return failed();
  }
}

/** For the first line of a response. */
export function statusText({ status, statusText }: Response): string {
  return statusText || (STATUS_CODES[status] ?? '');
}

/** Nothing if it is none by the web's rules: a method that they forbid, a host that is none. */
function toRequest(
  { method, target, host, headers }: RequestParts,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  { scheme }: Site,
): Request | undefined {
  try {
    // Each library gives the first of two only, and a proxy in front may have gone by the other (RFC 9112, 3.2).
    if (headers.filter(([name]) => name.toLowerCase() === 'host').length > 1)
      throw new TypeError('two hosts');
    const url = target.startsWith('/') ? siteUrl(scheme, host, target) : target;
    const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]), signal };
    const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
    return new Request(url, hasBody ? { ...init, body } : init);
  } catch {
    return undefined;
  }
}

/** Not resolved against the host: the path `//x` would name another. A health check of HTTP/1.0 sends no host. */
function siteUrl(scheme: string, host: string | undefined, path: string): string {
  if (host && !/^[\w.:[\]-]+$/.test(host)) throw new TypeError('no host');
  return `${scheme}://${host || 'localhost'}${path}`;
}
