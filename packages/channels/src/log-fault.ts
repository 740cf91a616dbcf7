/**
 * The default of `onFault`: one line on `console.error` for each fault, with the error's stack.
 *
 * The line holds only the stack: other properties of an error may hold credentials. Proven by: test/channels.test.ts.
 */
import type { ChannelFault } from './ports/observer.ts';

export function logFault({ source, error, channel }: ChannelFault): void {
  const place = channel === undefined ? source : `${source}, channel ${channel}`;
  console.error(`sallyport: channels: error (${place}): ${textOf(error)}`);
}

/** An object that is not an error may hold a secret, so only its kind is shown. */
function textOf(error: unknown): string {
  if (error instanceof Error) return String(error.stack ?? error);
  return typeof error === 'object' && error !== null ? 'a thrown object' : String(error);
}
