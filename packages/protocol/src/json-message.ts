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

/** The longest text that `decodePlainText` reads. `JSON.parse` reads a longer one faster. */
const MAX_PLAIN = 1_024;

/** What clients write for a text without an escape, a control character or an unpaired surrogate. */
const PLAIN = /^\{"type":"message","text":"[^"\\\p{Cc}\p{Surrogate}]*"\}$/u;
const PREFIX = '{"type":"message","text":"'.length;

/**
 * Reads a short text message in its usual spelling, without making an object of it. Undefined for every other text: then it has
 * to be read as JSON. Where both can read a text, the result is the same.
 */
export function decodePlainText(text: string): Decoded | undefined {
  return text.length <= MAX_PLAIN && PLAIN.test(text)
    ? { type: 'message.received', message: text.slice(PREFIX, -2) }
    : undefined;
}

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
