/** Which frames hold credentials, and are shown without them. */
import type { SessionState } from '@sallyport/client';
import type { Frame } from './frames.ts';

const DATA_OPCODES = [0, 1, 2];

/** All that is said before the acceptance is credentials; after it, what renews them in the JSON protocol. */
export function isSecretFrame(
  direction: 'sent' | 'received',
  { opcode, payload }: Frame,
  state: SessionState | undefined,
): boolean {
  if (!DATA_OPCODES.includes(opcode)) return false;
  // What the server gives with an acceptance; in a message of the application the quotes are escaped.
  if (direction === 'received')
    return payload.includes('"deviceToken"') || (opcode === 0 && state !== 'ready');
  return state !== 'ready' || payload.toString('latin1').startsWith('{"type":"refresh"');
}
