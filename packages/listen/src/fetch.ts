/**
 * Plain HTTP on the port of the WebSockets, as a web-standard function; what is said where it has nothing to say.
 *
 * Proven by: the adapters' stories of HTTP.
 */
import type { Peer } from '@sallyport/core';

/** Answers a request. A throw is answered with 500 and a constant text. `request.signal` aborts when the client has gone. */
export type Fetch = (request: Request, info: { readonly peer: Peer }) => Response | Promise<Response>;

export const notFound: Fetch = () => say(404, 'not found');
export const badRequest = () => say(400, 'bad request');
export const tooLarge = () => say(413, 'request too large');
export const failed = () => say(500, 'internal error');

function say(status: number, text: string): Response {
  const body = `${text}\n`;
  // With its length, uWebSockets.js can close the connection behind it; behind one in chunks it cannot.
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-length': `${body.length}` };
  return new Response(body, { status, headers });
}
