/** What the cases are written in: bytes, and the frames that a client must not send. */

export interface FrameCase {
  readonly name: string;
  /** Each is read by the server before the next is sent. */
  readonly writes: readonly (Buffer | 'FIN' | 'RST')[];
  /** The client does not answer a close frame. */
  readonly isMute?: boolean;
}

/** All in one write. */
export function one(name: string, ...parts: readonly Buffer[]): FrameCase {
  return { name, writes: [Buffer.concat(parts)] };
}

/** Bytes as they are read in a dump. */
export function hex(bytes: string): Buffer {
  return Buffer.from(bytes.replaceAll(' ', ''), 'hex');
}

/** Of a short payload. */
export function unmasked(opcode: number, payload: string | Uint8Array): Buffer {
  const data = Buffer.from(payload);
  return Buffer.concat([Buffer.from([0x80 | opcode, data.length]), data]);
}
