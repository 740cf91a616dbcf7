/**
 * `--ping`: asks for a sign of life at an interval, and cuts a connection that gave none since the last one was asked for.
 * Proven by: test/piped.test.ts.
 */
import type { WebSocket } from 'ws';

export function pingPeriodically(socket: WebSocket, intervalMs: number): void {
  let isAlive = true;
  const seen = () => {
    isAlive = true;
  };
  socket.on('pong', seen).on('message', seen).on('ping', seen);
  socket.once('open', () => {
    const timer = setInterval(() => {
      // What is not read, because nobody takes what was read, may be full of signs of life.
      if (!isAlive && !socket.isPaused) return socket.terminate();
      isAlive = socket.isPaused;
      socket.ping();
    }, intervalMs);
    socket.once('close', () => clearInterval(timer));
  });
}
