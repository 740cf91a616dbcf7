/**
 * The client's half of requests in the JSON protocol (PROTOCOL.md, section 7). It is apart from `json-client.ts`, so that a program
 * without requests does not load it. Proven by: test/json-request.test.ts.
 */
import type { Fields } from './fields.ts';
import { failureIn } from './json-failure.ts';
import { idIn } from './json-request.ts';
import { jsonText } from './json-value.ts';
import { type RequestFailure, requestFailure } from './request-errors.ts';

/** The answer to a request, as a client reads it. */
export type RequestOutcome =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: RequestFailure };

/**
 * The message that sends a request. `id` is a whole number from 1 on, and `params` may be undefined: none. Throws a `TypeError` for
 * parameters that are not JSON.
 */
export function encodeRequest(id: number, method: string, params: unknown): string {
  const more = params === undefined ? '' : `,"params":${jsonText(params, 'params')}`;
  return `{"type":"request","id":${id},"method":${JSON.stringify(method)}${more}}`;
}

/** The message that says that the client does not want the answer to this request any more. */
export function encodeCancel(id: number): string {
  return `{"type":"cancel","id":${id}}`;
}

/** Reads a message of the server. Undefined if it is not the answer to a request. An error without the form of one still ends its request. */
export function decodeResponse(fields: Fields): RequestOutcome | undefined {
  const id = idIn(fields);
  if (fields['type'] !== 'response' || id === undefined) return undefined;
  if (!('error' in fields)) return { id, result: fields['result'] };
  return { id, error: failureIn(fields['error']) ?? requestFailure('internal') };
}
