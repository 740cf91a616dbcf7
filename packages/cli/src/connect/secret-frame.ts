/** Decides which frames hold credentials. `--frames` shows them without their payload. */
import type { SessionState } from '@sallyport/client';
import type { Frame } from './frames.ts';

const DATA_OPCODES = [0, 1, 2];

/** Everything sent before the acceptance counts as credentials; after it, a `refresh` of the JSON protocol does. */
export function isSecretFrame(
  direction: 'sent' | 'received',
  { opcode, payload }: Frame,
  state: SessionState | undefined,
): boolean {
  if (!DATA_OPCODES.includes(opcode)) return false;
  // The server sends a device token with an acceptance. In a message of the application the quotes are escaped.
  if (direction === 'received')
    return payload.includes('"deviceToken"') || (opcode === 0 && state !== 'ready');
  return state !== 'ready' || payload.toString('latin1').startsWith('{"type":"refresh"');
}
