/** Peer: Socket.IO's rooms on ws. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listenOnNode } from '../listening.ts';
import { takePublications } from './publications.ts';
import { addRooms } from './socketio-rooms.ts';

const server = createServer();
const publish = addRooms(new Server(server));
listenOnNode(server, (port) => takePublications(port, publish));
