/**
 * `--frames`: observes both directions of a connection. The library reports messages only, so this reads the bytes, and
 * shows fragments, automatic pongs and close frames as well.
 */
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type Frame, FrameReader } from './frames.ts';

/** Gets each frame of a connection when its last byte has passed. */
export type FrameListener = (direction: 'sent' | 'received', frame: Frame) => void;

export function observeFrames(socket: WebSocket, listener: FrameListener): void {
  // This event comes before the library reads. It puts bytes that came with the upgrade response back into the stream.
  socket.once('upgrade', ({ socket: stream }: IncomingMessage) => {
    const received = new FrameReader((frame) => listener('received', frame));
    stream.on('data', (bytes: Buffer) => received.feed(bytes));
    const sent = new FrameReader((frame) => listener('sent', frame));
    // A socket has no event for written bytes, so its method is wrapped.
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]) => {
      if (args[0] instanceof Uint8Array) sent.feed(args[0]);
      return write(...args);
    };
  });
}
