/** Peer: Socket.IO's rooms on ws, over Redis. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { takePublications } from '../fan-out/publications.ts';
import { addRooms } from '../fan-out/socketio-rooms.ts';
import { listenOnNode } from '../listening.ts';
import { redisOptions, roundTrips } from './redis-options.ts';
import { socketIoAdapter } from './socketio-adapter.ts';

const { url, adapter } = redisOptions();
const answers = await roundTrips(url);
const server = createServer();
const publish = addRooms(new Server(server, await socketIoAdapter(url, adapter)));
listenOnNode(server, (port) => takePublications(port, publish, answers));
