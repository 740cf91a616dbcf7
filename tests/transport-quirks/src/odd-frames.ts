/** The language of the cases: bytes, and frames that a client must not send. */

export interface FrameCase {
  readonly name: string;
  /** The server reads each before the next is sent. */
  readonly writes: readonly (Buffer | 'FIN' | 'RST')[];
  /** The client does not answer a close frame. */
  readonly isMute?: boolean;
}

/** Everything in one write. */
export function one(name: string, ...parts: readonly Buffer[]): FrameCase {
  return { name, writes: [Buffer.concat(parts)] };
}

/** Bytes from the notation of a dump. */
export function hex(bytes: string): Buffer {
  return Buffer.from(bytes.replaceAll(' ', ''), 'hex');
}

/** A frame with a short payload. */
export function unmasked(opcode: number, payload: string | Uint8Array): Buffer {
  const data = Buffer.from(payload);
  return Buffer.concat([Buffer.from([0x80 | opcode, data.length]), data]);
}
