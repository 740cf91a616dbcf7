/** A frame as one line of `--frames`: time, direction, opcode, length, payload. Proven by: test/frames.test.ts. */
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

/** A frame and when it passed. */
export interface ObservedFrame {
  readonly at: Date;
  readonly direction: 'sent' | 'received';
  readonly frame: Frame;
  /** The payload holds credentials and is not shown. */
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
  const json = opcode === 1 && isFinal && rest === 0 ? jsonIn(payload) : undefined;
  if (json !== undefined) return json;
  // A fragment may end within a character.
  if (opcode === 1) return quoted(decoded(payload, isFinal && rest === 0)) + more;
  if (payload.length === 0) return '';
  return hexDump(payload) + more;
}

/** A JSON object or array as it is, on one row; `undefined` for other text, which is shown in quotes. */
function jsonIn(payload: Buffer): string | undefined {
  const text = payload.toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
  } catch {
    return undefined;
  }
  // In JSON a line end is outside of strings, so a space means the same.
  return stripUnprintable(text.replace(/[\r\n]+/g, ' '));
}

/** Decodes UTF-8. An incomplete last character is dropped. */
function decoded(bytes: Buffer, isWhole: boolean): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: !isWhole });
}

/** Escaped as in JSON, so that line ends show; what JSON leaves raw goes as elsewhere. */
function quoted(text: string): string {
  return stripUnprintable(JSON.stringify(text));
}
