/** Socket.IO's rooms, as the channels of the part `fanout`. */
import type { Server } from 'socket.io';
import { isDemoUser } from '../tutorial-exchange.ts';
import type { Publish } from './publications.ts';

/** Adds the sign-in and the rooms. Returns how to publish. */
export function addRooms(io: Server): Publish {
  io.use(({ handshake }, next) => {
    const { username, password } = handshake.auth;
    next(isDemoUser(username, password) ? undefined : new Error('refused'));
  });
  io.on('connection', (socket) => {
    socket.on('subscribe', (channel: string, acknowledge: () => void) => {
      void socket.join(channel);
      acknowledge();
    });
  });
  return (channel, data) => io.to(channel).emit('publication', channel, data);
}
