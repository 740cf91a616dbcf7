/** Checks the arguments of code of the server, which may be plain JavaScript. Proven by: test/channels.test.ts. */
import {
  byteLength,
  canBeChannel,
  canBeKey,
  checkKnownOptions,
  jsonText,
  UsageError,
} from '@sallyport/protocol';
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
  checkKnownOptions('publish', options, ['key']);
  const { key } = options;
  if (key !== undefined && !(typeof key === 'string' && canBeKey(key)))
    throw new UsageError('key', 'must be 1 to 64 printable characters of ASCII, without space', key);
  const json = jsonOf(data);
  if (byteLength(json) > maxBytes) throw new UsageError('data', `must be at most ${maxBytes} bytes of JSON`);
  return { json, key };
}

function jsonOf(data: unknown): string {
  try {
    return jsonText(data, 'data');
  } catch (error) {
    throw new UsageError('data', `must be JSON: ${(error as Error).message}`);
  }
}
