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
  if (direction === 'received' || !DATA_OPCODES.includes(opcode)) return false;
  return state !== 'ready' || payload.toString('latin1').startsWith('{"type":"refresh"');
}
