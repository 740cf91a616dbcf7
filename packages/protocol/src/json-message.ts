/**
 * Messages in the JSON protocol (PROTOCOL.md, section 6): a text, or any JSON value as `data`. Bytes are not wrapped.
 *
 * Both ends write them alike; the server's half reads them here. Proven by: test/json.test.ts, test/json-value.test.ts.
 */
import { type Fields, textIn } from './fields.ts';
import { isSafe, jsonText } from './json-value.ts';
import { type Data, type Decoded, isJsonMessage, type Message } from './protocol.ts';
import { checkedFailure, type RequestFailure } from './request-errors.ts';

export const MALFORMED: Decoded = { type: 'message.malformed' };

/** Reads a message of the client. `text` is the message as it came. */
export function decodeMessage(fields: Fields, text: string): Decoded {
  if ('data' in fields) {
    const { data } = fields;
    return 'text' in fields || !isSafe(data, text)
      ? MALFORMED
      : { type: 'message.received', message: { data } };
  }
  const message = textIn(fields, 'text');
  return message === undefined ? MALFORMED : { type: 'message.received', message };
}

/** The message to send, of either end. Throws a `TypeError` if its `data` is not JSON. */
export function messageText(message: Message): Data {
  if (typeof message === 'string') return `{"type":"message","text":${jsonText(message, 'text')}}`;
  return isJsonMessage(message) ? `{"type":"message","data":${jsonText(message.data, 'data')}}` : message;
}

/** Tells the client that the application refused a message. Throws a `TypeError` if the error has no code or text, or `data` that is not JSON. */
export function failedMessageText(error: RequestFailure): string {
  const { code, message, data } = checkedFailure(error);
  const more = data === undefined ? '' : `,"data":${jsonText(data, 'data')}`;
  return `{"type":"error","error":"${code}","message":${jsonText(message, 'the message')}${more}}`;
}
