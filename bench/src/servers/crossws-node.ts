/** Peer: crossws on Node, which is ws inside. */

import { createServer } from 'node:http';
import crossws from 'crossws/adapters/node';
import { crosswsGate } from './crossws-hooks.ts';
import { listenOnNode } from './listening.ts';

const adapter = crossws({ hooks: crosswsGate });
const server = createServer();
server.on('upgrade', (request, socket, head) => void adapter.handleUpgrade(request, socket, head));
listenOnNode(server);
