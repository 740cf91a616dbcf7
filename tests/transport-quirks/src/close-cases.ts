/** Valid and invalid close frames (RFC 6455, 5.5.1 and 7.4), and frames after them. */
import { CLOSE, frame, PING, TEXT } from '@sallyport/conformance';
import { type FrameCase, hex, one } from './odd-frames.ts';

const codes = [
  0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015,
  1016, 1100, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 65_535,
];

function close(code: number, reason: string | Uint8Array = ''): Buffer {
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

export const closeCases: readonly FrameCase[] = [
  one('close without a code', frame(CLOSE, '')),
  one('close with half a code', frame(CLOSE, hex('03'))),
  ...codes.map((code) => one(`close ${code}`, close(code))),
  one('close 1000, a reason', close(1000, 'bye, é€😀')),
  one('close 1000, a reason of 123 bytes', close(1000, 'x'.repeat(123))),
  one('close 1000, a reason of 124 bytes', close(1000, 'x'.repeat(124))),
  one('close 1000, a reason that is not UTF-8', close(1000, hex('c3 28'))),
  one('close 1000, a reason cut within a character', close(1000, hex('e2 82'))),
  one('a fragmented close', frame(CLOSE, hex('03 e8'), { isFinal: false })),
  one('close within a fragmented text', frame(TEXT, 'he', { isFinal: false }), close(1000)),
  one('close, and text after it', close(1000), frame(TEXT, 'after')),
  one('close, and a ping after it', close(1000), frame(PING, 'after')),
  one('close, and another', close(1000), close(4000)),
  one('close, and rubbish after it', close(1000), hex('ff ff ff ff')),
  one('text, and close after it', frame(TEXT, 'before'), close(1000)),
];
