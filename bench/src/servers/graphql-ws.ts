/** Peer: graphql-ws on ws. */

import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { graphqlGate } from './graphql-schema.ts';
import { listenOnNode } from './listening.ts';

const server = createServer();
useServer(graphqlGate, new WebSocketServer({ server }));
listenOnNode(server);
