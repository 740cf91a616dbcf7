/** Frames from bytes, in pieces of any size, and a line for each frame. */
import { expect, it } from 'vitest';
import { frameLine } from '../src/connect/frame-line.ts';
import { type Frame, FrameReader } from '../src/connect/frames.ts';
import { isSecretFrame } from '../src/connect/secret-frame.ts';

/** A frame of RFC 6455, 5.2, masked like a client's or not. */
function frame(opcode: number, payload: Uint8Array, { mask = false, isFinal = true } = {}): Buffer {
  const { length } = payload;
  const first = (isFinal ? 0x80 : 0) | opcode;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
  const header = Buffer.from([first, ...(size ?? [127])]);
  const long = Buffer.alloc(size ? 0 : 8);
  if (!size) long.writeBigUInt64BE(BigInt(length));
  if (!mask) return Buffer.concat([header, long, payload]);
  const key = Buffer.from([1, 2, 3, 4]);
  header[1] = (header[1] ?? 0) | 0x80;
  return Buffer.concat([header, long, key, payload.map((byte, index) => byte ^ (key[index % 4] ?? 0))]);
}

function read(bytes: Buffer, step: number): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((one) => frames.push(one));
  for (let at = 0; at < bytes.length; at += step) reader.feed(bytes.subarray(at, at + step));
  return frames;
}

const sizes = [0, 1, 125, 126, 1_024, 1_025, 65_535, 65_536];

it.each([1, 3, 1_000, 1_000_000])('FrameReader reads frames in pieces of %i bytes', (step) => {
  for (const mask of [false, true]) {
    const payloads = sizes.map((size) => Buffer.alloc(size, 'abcdefg'));
    const frames = read(Buffer.concat(payloads.map((payload) => frame(1, payload, { mask }))), step);
    expect(frames.map(({ length }) => length)).toEqual(sizes);
    for (const [index, one] of frames.entries()) {
      expect(one).toMatchObject({ opcode: 1, isFinal: true, isMasked: mask });
      expect(one.payload.equals(payloads[index]?.subarray(0, 1_024) ?? Buffer.alloc(0))).toBe(true);
    }
  }
});

const lineOf = (bytes: Buffer, isSecret = false) =>
  read(bytes, bytes.length).map((one) =>
    frameLine({ at: new Date(2026, 0, 2, 3, 4, 5, 67), direction: 'received', frame: one, isSecret }),
  );
const close = (code: number, text: string) =>
  Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(text)]);

it.each([
  [frame(1, Buffer.from('hi\n\u001b[31m\u202e')), 'text             11 "hi\\n\\u001b[31m"'],
  [frame(1, Buffer.from('{"text":"a\\n\u202e"}')), 'text             17 {"text":"a\\n"}'],
  [frame(1, Buffer.from('[1,\r\n2]')), 'text              7 [1, 2]'],
  [frame(1, Buffer.from('"a string"')), 'text             10 "\\"a string\\""'],
  [frame(1, Buffer.from('é'), { isFinal: false }), 'text…             2 "é"'],
  [frame(1, Buffer.from('é').subarray(0, 1), { isFinal: false }), 'text…             1 ""'],
  [frame(0, Buffer.from([0xa9, 0x41])), 'continuation      2 a9 41 |.A|'],
  [frame(2, Buffer.from([0, 0x41])), 'binary            2 00 41 |.A|'],
  [frame(9, Buffer.alloc(0)), 'ping              0'],
  [frame(10, Buffer.from('x')), 'pong              1 78 |x|'],
  [frame(8, close(4401, 'no')), 'close             4 4401 "no"'],
  [frame(8, Buffer.alloc(0)), 'close             0'],
  [frame(3, Buffer.alloc(0)), 'opcode 3          0'],
])('frameLine() prints %j', (bytes, line) => {
  expect(lineOf(bytes)).toEqual([`03:04:05.067 ← ${line}`]);
});

it('frameLine() cuts a long payload, and counts the rest', () => {
  expect(lineOf(frame(1, Buffer.alloc(5_000, 'a')))[0]).toMatch(/"a{1024}" … 3976 bytes more$/);
  expect(lineOf(frame(2, Buffer.alloc(100)))[0]).toMatch(/\| …$/);
});

it('frameLine() hides credentials: all text sent before the acceptance, and later refreshes', () => {
  const [text] = read(frame(1, Buffer.from('admin:123456')), 100) as [Frame];
  const [ping] = read(frame(9, Buffer.alloc(0)), 100) as [Frame];
  const [refresh] = read(frame(1, Buffer.from('{"type":"refresh","token":"x"}')), 100) as [Frame];
  expect(isSecretFrame('sent', text, undefined)).toBe(true);
  expect(isSecretFrame('sent', text, 'authenticating')).toBe(true);
  expect(isSecretFrame('sent', text, 'ready')).toBe(false);
  expect(isSecretFrame('sent', refresh, 'ready')).toBe(true);
  expect(isSecretFrame('received', text, 'authenticating')).toBe(false);
  expect(isSecretFrame('sent', ping, 'authenticating')).toBe(false);
  expect(lineOf(frame(1, Buffer.from('admin:123456')), true)[0]).toMatch(
    /text {13}12 \(credentials, not shown\)$/,
  );
});
