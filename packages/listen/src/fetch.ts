/**
 * Plain HTTP on the port of the WebSockets, as a web-standard function; what is said where it has nothing to say.
 *
 * Proven by: the adapters' stories of HTTP.
 */
import type { Peer } from '@sallyport/core';

/** Answers a request. A throw is answered with 500 and a constant text. `request.signal` aborts when the client has gone. */
export type Fetch = (request: Request, info: { readonly peer: Peer }) => Response | Promise<Response>;

/** The largest body of a request; past it: 413. A request is handed over when it is whole. */
export const MAX_BODY_BYTES = 1_048_576;

/** Not resolved against the host: the path `//x` would name another. A health check of HTTP/1.0 sends no host. */
export function siteUrl(scheme: 'http' | 'https', host: string | undefined, path: string): string {
  if (host && !/^[\w.:[\]-]+$/.test(host)) throw new TypeError('no host');
  return `${scheme}://${host || 'localhost'}${path}`;
}

export const notFound: Fetch = () => say(404, 'not found');
export const badRequest = () => say(400, 'bad request');
export const tooLarge = () => say(413, 'request too large');
export const failed = () => say(500, 'internal error');

function say(status: number, text: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return new Response(`${text}\n`, { status, headers });
}
