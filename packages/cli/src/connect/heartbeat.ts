/** `--ping`: asks for a sign of life at an interval, and cuts a connection that gave none since the last one was asked for. */
import type { WebSocket } from 'ws';

export function keepAlive(socket: WebSocket, intervalMs: number): void {
  let isAlive = true;
  const seen = () => {
    isAlive = true;
  };
  socket.on('pong', seen).on('message', seen).on('ping', seen);
  socket.once('open', () => {
    const timer = setInterval(() => {
      if (!isAlive) return socket.terminate();
      isAlive = false;
      socket.ping();
    }, intervalMs);
    socket.once('close', () => clearInterval(timer));
  });
}
