/** A message as the terminal client prints it: a JSON value as one line of JSON. Proven by: test/data-messages.test.ts. */
import { type Data, isJsonMessage, type Message } from '@sallyport/protocol';

/** The text or the bytes to print. */
export function dataOf(message: Message): Data {
  return isJsonMessage(message) ? JSON.stringify(message.data) : message;
}
