/** Checks the arguments of code of the server, which may be plain JavaScript. Proven by: test/channels.test.ts. */
import {
  byteLength,
  canBeChannel,
  canBeKey,
  checkKnownOptions,
  jsonText,
  UsageError,
} from '@sallyport/protocol';
import { entryTextOf, type UserMessage } from './control/user-messages.ts';
import type { Namespace, Namespaces } from './namespaces.ts';

/** Returns the namespace of a channel. Throws a `UsageError` if there is none. */
export function checkedChannel(channel: unknown, namespaces: Namespaces): Namespace {
  if (typeof channel !== 'string' || !canBeChannel(channel))
    throw new UsageError(
      'channel',
      'must be 1 to 255 printable characters of ASCII, without space and "*"',
      channel,
    );
  const namespace = namespaces.of(channel);
  if (!namespace) throw new UsageError('channel', 'must be in one of the `namespaces`', channel);
  return namespace;
}

/** Returns the JSON text of the data, and the key. Throws a `UsageError` for what cannot be published. */
export function checkedPublication(
  data: unknown,
  options: { readonly key?: string | undefined },
  maxBytes: number,
): { readonly json: string; readonly key: string | undefined } {
  const key = checkedKey('publish', options);
  const json = jsonOf(data);
  if (byteLength(json) > maxBytes) throw new UsageError('data', `must be at most ${maxBytes} bytes of JSON`);
  return { json, key };
}

/** Returns the entry of the log for a message to a user, and the key. Throws a `UsageError` for what cannot be sent. */
export function checkedUserMessage(
  user: unknown,
  message: UserMessage,
  options: { readonly key?: string | undefined },
  maxBytes: number,
): { readonly entry: string; readonly key: string | undefined } {
  const key = checkedKey('publishTo', options);
  if (typeof user !== 'string' || user === '')
    throw new UsageError('user', 'must be a text that is not empty', user);
  const isText = typeof message === 'string';
  if (!isText && !(typeof message === 'object' && message !== null && 'data' in message))
    throw new UsageError('message', 'must be a string, or { data }', message);
  const content = isText ? { text: message } : { json: jsonOf(message.data) };
  if (byteLength(content.text ?? content.json) > maxBytes)
    throw new UsageError('message', `must be at most ${maxBytes} bytes`);
  return { entry: entryTextOf(user, content), key };
}

function checkedKey(method: string, options: { readonly key?: string | undefined }): string | undefined {
  checkKnownOptions(method, options, ['key']);
  const { key } = options;
  if (key !== undefined && !(typeof key === 'string' && canBeKey(key)))
    throw new UsageError('key', 'must be 1 to 64 printable characters of ASCII, without space', key);
  return key;
}

function jsonOf(data: unknown): string {
  try {
    return jsonText(data, 'data');
  } catch (error) {
    throw new UsageError('data', `must be JSON: ${(error as Error).message}`);
  }
}
