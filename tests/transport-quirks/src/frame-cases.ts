/**
 * Odd frames by name: forbidden by RFC 6455, allowed but rare, or not frames at all.
 *
 * This file has only the bytes on the wire. The outcomes on each transport are in golden/.
 */
import { BINARY, frame, PING, PONG, TEXT } from '@sallyport/conformance';
import { closeCases } from './close-cases.ts';
import { type FrameCase, hex, one, unmasked } from './odd-frames.ts';

export type { FrameCase } from './odd-frames.ts';

const fragment = (opcode: number, payload: string | Uint8Array) => frame(opcode, payload, { isFinal: false });
const tiny = (count: number) => Array.from({ length: count }, () => fragment(0, 'x'));

const messages: readonly FrameCase[] = [
  one('text', frame(TEXT, 'hello')),
  one('bytes', frame(BINARY, 'hello')),
  one('empty text', frame(TEXT, '')),
  one('an empty binary message', frame(BINARY, '')),
  one('three messages in one write', frame(TEXT, 'a'), frame(TEXT, 'b'), frame(TEXT, 'c')),
  { name: 'text, a byte at a time', writes: [...frame(TEXT, 'hello')].map((byte) => Buffer.from([byte])) },
  { name: 'a frame in two writes, cut in the mask', writes: cut(frame(TEXT, 'hello'), 4) },
  { name: 'a frame in two writes, cut in the length', writes: cut(frame(TEXT, 'x'.repeat(126)), 3) },
  { name: 'half a frame and the end', writes: [...cut(frame(TEXT, 'hello'), 8).slice(0, 1), 'FIN'] },
  { name: 'the end without a close frame', writes: ['FIN'] },
  { name: 'a reset', writes: ['RST'] },
  one('an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: gate.example\r\n\r\n')),
];

const fragments: readonly FrameCase[] = [
  one('two fragments', fragment(TEXT, 'he'), frame(0, 'llo')),
  one('two fragments, a ping between', fragment(TEXT, 'he'), frame(PING, 'between'), frame(0, 'llo')),
  one('empty fragments', fragment(TEXT, ''), fragment(0, ''), frame(0, '')),
  one('1 000 empty fragments', fragment(TEXT, 'x'), ...repeat(fragment(0, ''), 1_000), frame(0, 'y')),
  one('1 000 fragments of a byte', fragment(TEXT, 'x'), ...tiny(998), frame(0, 'x')),
  one('2 000 fragments of a byte', fragment(TEXT, 'x'), ...tiny(1_998), frame(0, 'x')),
  one('2 000 empty fragments', fragment(TEXT, 'x'), ...repeat(fragment(0, ''), 1_998), frame(0, 'y')),
  one('a fragment, and nothing after it', fragment(TEXT, 'he')),
  one('a continuation without a first fragment', frame(0, 'hello')),
  one('a fragment without a first one', fragment(0, 'hello')),
  one('text within a fragmented text', fragment(TEXT, 'he'), frame(TEXT, 'llo')),
  one('bytes within a fragmented text', fragment(TEXT, 'he'), frame(BINARY, 'llo')),
];

const headers: readonly FrameCase[] = [
  ...[3, 7, 11, 15].map((opcode) => one(`opcode ${opcode}`, frame(opcode, 'hello'))),
  ...[4, 2, 1].map((bit) => one(`RSV${3 - Math.log2(bit)}`, frame(TEXT, 'hello', { reserved: bit }))),
  one('all of RSV', frame(TEXT, 'hello', { reserved: 7 })),
  one('RSV1 of a ping', frame(PING, 'hello', { reserved: 4 })),
  one('RSV1 of a continuation', fragment(TEXT, 'he'), frame(0, 'llo', { reserved: 4 })),
  one('unmasked text', unmasked(TEXT, 'hello')),
  one('unmasked empty text', unmasked(TEXT, '')),
  one('unmasked bytes', unmasked(BINARY, 'hello')),
  one('unmasked ping', unmasked(PING, 'hello')),
  one('unmasked close', unmasked(8, hex('03 e8'))),
  one('5 bytes, the length in 16 bits', hex('81 fe 00 05 00 00 00 00'), Buffer.from('hello')),
  one(
    '5 bytes, the length in 64 bits',
    hex('81 ff 00 00 00 00 00 00 00 05 00 00 00 00'),
    Buffer.from('hello'),
  ),
  one(
    'a length with the highest bit',
    hex('81 ff 80 00 00 00 00 00 00 05 00 00 00 00'),
    Buffer.from('hello'),
  ),
  one('all bits of the length', hex('82 ff ff ff ff ff ff ff ff ff 00 00 00 00')),
  one('a length of 2⁵³', hex('82 ff 00 20 00 00 00 00 00 00 00 00 00 00')),
  one('a length of 2³²', hex('82 ff 00 00 00 01 00 00 00 00 00 00 00 00')),
  one('a length of 1 GiB', frame(TEXT, '', { length: 2 ** 30 })),
  one('as much as `ws` takes, by the header alone', frame(TEXT, '', { length: 66_560 })),
  one('one byte more than `ws` takes, by the header alone', frame(TEXT, '', { length: 66_561 })),
  one('as much as uWebSockets.js takes, by the header alone', frame(TEXT, '', { length: 131_072 })),
  one('one byte more than uWebSockets.js takes, by the header alone', frame(TEXT, '', { length: 131_073 })),
];

const sizes: readonly FrameCase[] = [
  one('4 097 bytes', frame(TEXT, 'x'.repeat(4_097))),
  one('65 537 bytes', frame(TEXT, 'x'.repeat(65_537))),
  one('65 537 bytes in two fragments', fragment(TEXT, 'x'.repeat(40_000)), frame(0, 'x'.repeat(25_537))),
  one('131 072 bytes', frame(TEXT, 'x'.repeat(131_072))),
  one('131 073 bytes', frame(TEXT, 'x'.repeat(131_073))),
  one('140 000 bytes in two fragments', fragment(TEXT, 'x'.repeat(70_000)), frame(0, 'x'.repeat(70_000))),
  one('80 000 bytes in two fragments', fragment(TEXT, 'x'.repeat(40_000)), frame(0, 'x'.repeat(40_000))),
  {
    ...one('65 537 bytes, and our close frame is not answered', frame(TEXT, 'x'.repeat(65_537))),
    isMute: true,
  },
  one('65 537 bytes, and more after them', frame(TEXT, 'x'.repeat(65_537)), frame(TEXT, 'after')),
];

const control: readonly FrameCase[] = [
  one('an empty ping', frame(PING, '')),
  one('a ping of 125', frame(PING, 'x'.repeat(125))),
  one('a ping of 126', frame(PING, 'x'.repeat(126))),
  one('a ping of 5, the length in 16 bits', hex('89 fe 00 05 00 00 00 00'), Buffer.from('hello')),
  one('a fragmented ping', fragment(PING, 'he'), frame(0, 'llo')),
  one('an unsolicited pong', frame(PONG, 'hello')),
  one('a pong of 126', frame(PONG, 'x'.repeat(126))),
];

const utf8: readonly FrameCase[] = [
  one('UTF-8: a continuation byte is missing', frame(TEXT, hex('c3 28'))),
  one('UTF-8: overlong', frame(TEXT, hex('c0 af'))),
  one('UTF-8: a surrogate', frame(TEXT, hex('ed a0 80'))),
  one('UTF-8: past U+10FFFF', frame(TEXT, hex('f4 90 80 80'))),
  one('UTF-8: a continuation byte alone', frame(TEXT, hex('80'))),
  one('UTF-8: ends within a character', frame(TEXT, hex('68 e2 82'))),
  one('UTF-8: valid, split within a character', fragment(TEXT, hex('e2 82')), frame(0, hex('ac'))),
  one('UTF-8: invalid, split within a character', fragment(TEXT, hex('e2 82')), frame(0, hex('28'))),
  one('UTF-8: invalid in a fragment before the last', fragment(TEXT, hex('c3 28'))),
  one('UTF-8: a byte order mark', frame(TEXT, '\ufeffhi')),
  one('UTF-8: NUL, escape and U+FFFE', frame(TEXT, '\0\u001b\ufffe')),
  one('invalid UTF-8 in a binary message', frame(BINARY, hex('c3 28'))),
];

export const frameCases = [
  ...messages,
  ...fragments,
  ...headers,
  ...sizes,
  ...control,
  ...utf8,
  ...closeCases,
];

function repeat(bytes: Buffer, count: number): Buffer[] {
  return Array.from({ length: count }, () => bytes);
}

function cut(bytes: Buffer, at: number): Buffer[] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}
