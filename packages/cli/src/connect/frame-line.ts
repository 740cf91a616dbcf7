/** A frame as a line for reading: time, direction, opcode, length, payload. Proven by: test/frames.test.ts. */
import { stripUnprintable } from '../strip-unprintable.ts';
import type { Frame } from './frames.ts';
import { hexDump } from './hex.ts';

const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

export interface ObservedFrame {
  readonly at: Date;
  readonly direction: 'sent' | 'received';
  readonly frame: Frame;
  /** Nobody who looks over a shoulder shall read a password. */
  readonly isSecret: boolean;
}

export function frameLine({ at, direction, frame, isSecret }: ObservedFrame): string {
  const time = at.toTimeString().slice(0, 8);
  const ms = String(at.getMilliseconds()).padStart(3, '0');
  const opcode = (OPCODES[frame.opcode] ?? `opcode ${frame.opcode}`) + (frame.isFinal ? '' : '…');
  const columns = [
    `${time}.${ms}`,
    direction === 'sent' ? '→' : '←',
    opcode.padEnd(12),
    String(frame.length).padStart(6),
    isSecret ? '(credentials, not shown)' : payloadOf(frame),
  ];
  return columns.join(' ').trimEnd();
}

function payloadOf({ opcode, payload, length, isFinal }: Frame): string {
  const rest = length - payload.length;
  const more = rest > 0 ? ` … ${rest} bytes more` : '';
  if (opcode === 8 && payload.length >= 2)
    return `${payload.readUInt16BE(0)} ${quoted(payload.subarray(2).toString())}`;
  // A piece of a message may end within a character, and does not say what the message is.
  if (opcode === 1) return quoted(decoded(payload, isFinal && rest === 0)) + more;
  if (payload.length === 0) return '';
  return hexDump(payload) + more;
}

/** Cut within a character, the last one is left out. */
function decoded(bytes: Buffer, isWhole: boolean): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: !isWhole });
}

/** Escaped as in JSON, so that line ends show; what JSON leaves raw goes as elsewhere. */
function quoted(text: string): string {
  return stripUnprintable(JSON.stringify(text));
}
