/** Plain HTTP on the port of the WebSocket endpoint, as a web-standard function. */
import type { PeerAddress } from '@sallyport/core';

/**
 * Answers a request. If it throws or rejects, the client gets 500 and a constant text. `request.signal` aborts when the client
 * closes the connection before the answer is complete.
 */
export type Fetch = (request: Request, info: { readonly peer: PeerAddress }) => Response | Promise<Response>;
