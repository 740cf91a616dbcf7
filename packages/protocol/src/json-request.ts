/**
 * Requests in the JSON protocol (PROTOCOL.md, section 7): the server's half reads requests and cancellations, and writes results
 * and errors.
 *
 * A request whose id can be answered never closes the session. Proven by: test/json-request.test.ts.
 */
import type { Fields } from './fields.ts';
import { MALFORMED } from './json-message.ts';
import { isSafe, jsonText } from './json-value.ts';
import type { Decoded } from './protocol.ts';
import { checkedFailure, type RequestFailure } from './request-errors.ts';

/** 1 to 128 printable characters of ASCII, without the space. */
const METHOD = /^[\x21-\x7e]{1,128}$/;

/** Whether a text has the form of a method. */
export function canBeMethod(text: string): boolean {
  return METHOD.test(text);
}

/** The id of a request: a whole number from 1 to 2⁵³−1. */
export function idIn(fields: Fields): number | undefined {
  const { id } = fields;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 1 ? id : undefined;
}

/** Reads a request. `text` is the message as it came. */
export function decodeRequest(fields: Fields, text: string): Decoded {
  const id = idIn(fields);
  if (id === undefined) return MALFORMED;
  const { method, params } = fields;
  return typeof method === 'string' && canBeMethod(method) && isSafe(params, text)
    ? { type: 'request.received', id, method, params }
    : { type: 'request.malformed', id };
}

/** Reads a cancellation. */
export function decodeCancel(fields: Fields): Decoded {
  const id = idIn(fields);
  return id === undefined ? MALFORMED : { type: 'request.cancelled', id };
}

/** Nothing is `null` on the wire, so that the field is always there. Throws a `TypeError` if the result is not JSON. */
export function resultText(id: number, result: unknown): string {
  return `{"type":"response","id":${id},"result":${result === undefined ? 'null' : jsonText(result, 'the result')}}`;
}

/** Throws a `TypeError` if the error has no code or text, or if its `data` is not JSON. */
export function failureText(id: number, error: RequestFailure): string {
  const { code, message, data } = checkedFailure(error);
  const more = data === undefined ? '' : `,"data":${jsonText(data, 'the data of the error')}`;
  return `{"type":"response","id":${id},"error":{"code":"${code}","message":${jsonText(message, 'the message')}${more}}}`;
}
