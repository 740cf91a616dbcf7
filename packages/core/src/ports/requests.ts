/**
 * The request handler: a port. It serves the requests of signed-in clients (PROTOCOL.md, section 7).
 *
 * Proven by: test/session/requests.test.ts.
 */
import { RequestError } from '@sallyport/protocol';
import type { Session } from './application.ts';

/** A request of a client. Valid also after the handler has returned. */
export interface IncomingRequest {
  /** The id that the client chose: a whole number of at least 1. Unique among the requests under way in the session. */
  readonly id: number;
  /** The method: 1 to 128 printable characters of ASCII. */
  readonly method: string;
  /** The parameters: any JSON value, or undefined if the client sent none. Not checked against anything. */
  readonly params: unknown;
  /**
   * Fires when the answer is not wanted any more: the client cancelled the request, it took too long, or the session closes. Made at
   * the first use.
   */
  readonly signal: AbortSignal;
}

/**
 * Serves a request. Returns the result, or a promise of it: any JSON value; `undefined` is sent as null. A `RequestError` that it
 * throws, or rejects with, goes to the client. Any other error is a fault, and the client gets `internal` without its text.
 */
export type RequestHandler<Context = unknown, Claims = unknown> = (
  request: IncomingRequest,
  session: Session<Context, Claims>,
) => unknown;

/** The default handler: the server has no methods. */
export const unknownMethod: RequestHandler = () => {
  throw new RequestError('methodNotFound');
};
