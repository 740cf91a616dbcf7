/** WebSocket frames (RFC 6455, 5.2) of a client, made before the measurement. */

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

const KEY = Buffer.from([0x1f, 0x8a, 0x3c, 0x55]);

/** One whole masked frame. Masks protect intermediaries. There are none here, so any mask will do. */
export function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const header = headerOf(opcode, payload.length);
  const frame = Buffer.allocUnsafe(header.length + KEY.length + payload.length);
  header.copy(frame);
  KEY.copy(frame, header.length);
  const start = header.length + KEY.length;
  for (const [i, byte] of payload.entries()) frame[start + i] = byte ^ (KEY[i % 4] as number);
  return frame;
}

function headerOf(opcode: number, size: number): Buffer {
  const header = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  if (size < 126) header[1] = 0x80 | size;
  else if (size < 65_536) {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(size, 2);
  } else {
    header[1] = 0x80 | 127;
    header.writeBigUInt64BE(BigInt(size), 2);
  }
  return header;
}
