/** The server as Socket.IO does it: the user in the CONNECT packet's `auth`, the echo as an acknowledgement. */
import type { Server } from 'socket.io';
import { echoOf, isDemoUser } from './tutorial-exchange.ts';

export function addGate(io: Server): void {
  io.use(({ handshake }, next) => {
    const { username, password } = handshake.auth;
    next(isDemoUser(username, password) ? undefined : new Error('refused'));
  });
  io.on('connection', (socket) => {
    socket.on('echo', (text: string, acknowledge: (reply: string) => void) => acknowledge(echoOf(text)));
  });
}
