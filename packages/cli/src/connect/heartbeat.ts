/**
 * `--ping`: sends a ping at an interval, and terminates a connection on which nothing has arrived since the last ping.
 * Proven by: test/heartbeat.test.ts.
 */
import type { WebSocket } from 'ws';

export function pingPeriodically(socket: WebSocket, intervalMs: number): void {
  let isAlive = true;
  const onTraffic = () => {
    isAlive = true;
  };
  socket.on('pong', onTraffic).on('message', onTraffic).on('ping', onTraffic);
  socket.once('open', () => {
    const timer = setInterval(() => {
      // While the socket is paused, pongs may wait unread.
      if (!isAlive && !socket.isPaused) return socket.terminate();
      isAlive = socket.isPaused;
      socket.ping();
    }, intervalMs);
    socket.once('close', () => clearInterval(timer));
  });
}
