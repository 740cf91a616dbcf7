/** Peer: Socket.IO on ws. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listenOnNode } from './listening.ts';
import { addGate } from './socketio-gate.ts';

const server = createServer();
addGate(new Server(server));
listenOnNode(server);
