/** The kit's stories, which every adapter has to pass, and those of our own serve form. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeAdapter, webSocket, webSocketPeer } from '@sallyport/conformance';
import { servingStories } from '@sallyport/conformance/serving';
import { attach, serve, systemClock } from '@sallyport/ws';

describeAdapter(
  'ws',
  async (sessions) => {
    const server = createServer();
    attach(server, sessions);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      connect: (hear, request) => webSocketPeer({ port }, hear, request),
      close: () => void server.close(),
    };
  },
  webSocket,
);

servingStories('ws', { clock: systemClock, serve, library: { saysWhy: true, waitsForClose: true } });
