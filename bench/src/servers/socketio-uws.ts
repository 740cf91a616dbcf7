/** Peer: Socket.IO on uWebSockets.js. */
import { Server } from 'socket.io';
import { listenOnUws, nativeApp } from './listening.ts';
import { addGate } from './socketio-gate.ts';

const app = nativeApp();
const io = new Server();
io.attachApp(app);
addGate(io);
listenOnUws(app);
