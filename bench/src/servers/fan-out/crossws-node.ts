/** Peer: the topics of crossws on Node, which is ws inside. */
import { createServer } from 'node:http';
import crossws from 'crossws/adapters/node';
import { listenOnNode } from '../listening.ts';
import { crosswsTopics, publishBy } from './crossws-topics.ts';
import { takePublications } from './publications.ts';

const adapter = crossws({ hooks: crosswsTopics });
const server = createServer();
server.on('upgrade', (request, socket, head) => void adapter.handleUpgrade(request, socket, head));
listenOnNode(server, (port) => takePublications(port, publishBy(adapter)));
