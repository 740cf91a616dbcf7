/** Peer: Socket.IO's rooms on uWebSockets.js, over Redis. */
import { Server } from 'socket.io';
import { takePublications } from '../fan-out/publications.ts';
import { addRooms } from '../fan-out/socketio-rooms.ts';
import { listenOnUws, nativeApp } from '../listening.ts';
import { redisOptions, roundTrips } from './redis-options.ts';
import { socketIoAdapter } from './socketio-adapter.ts';

const app = nativeApp();
const { url, adapter } = redisOptions();
const answers = await roundTrips(url);
const io = new Server(await socketIoAdapter(url, adapter));
io.attachApp(app);
const publish = addRooms(io);
listenOnUws(app, (port) => takePublications(port, publish, answers));
