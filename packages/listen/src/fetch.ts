/** Plain HTTP on the port of the WebSockets, as a web-standard function. */
import type { Peer } from '@sallyport/core';

/** Answers a request. A throw is answered with 500 and a constant text. `request.signal` aborts when the client has gone. */
export type Fetch = (request: Request, info: { readonly peer: Peer }) => Response | Promise<Response>;
