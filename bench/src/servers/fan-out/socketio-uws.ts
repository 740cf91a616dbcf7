/** Peer: Socket.IO's rooms on uWebSockets.js, where it publishes by the library. */
import { Server } from 'socket.io';
import { listenOnUws, nativeApp } from '../listening.ts';
import { takePublications } from './publications.ts';
import { addRooms } from './socketio-rooms.ts';

const app = nativeApp();
const io = new Server();
io.attachApp(app);
const publish = addRooms(io);
listenOnUws(app, (port) => takePublications(port, publish));
