/**
 * `--frames`: a tap on both directions of a connection. The library tells of messages only, so it is the bytes that are read:
 * frames in pieces, the pongs that it answers by itself, and close frames show as well.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type Frame, FrameReader } from './frames.ts';

export type FrameListener = (direction: 'sent' | 'received', frame: Frame) => void;

export function observeFrames(socket: WebSocket, tell: FrameListener): void {
  // Told before the library begins to read: what came together with the answer is put back for both of us.
  socket.once('upgrade', ({ socket: stream }: IncomingMessage) => {
    const received = new FrameReader((frame) => tell('received', frame));
    stream.on('data', (bytes: Buffer) => received.feed(bytes));
    const sent = new FrameReader((frame) => tell('sent', frame));
    // A socket does not say what it is given to write, so its method is wrapped.
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]) => {
      if (args[0] instanceof Uint8Array) sent.feed(args[0]);
      return write(...args);
    };
  });
}
