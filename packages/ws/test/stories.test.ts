/** The stories of the conformance kit for the handler form, and those for the serve form. */
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describeAdapter, type Start, webSocket, webSocketPeer } from '@sallyport/conformance';
import { cert, key, servingStories } from '@sallyport/conformance/serving';
import { attach, serve, systemClock } from '@sallyport/ws';

const serving =
  (make: () => ReturnType<typeof createServer | typeof createSecureServer>, ca?: string): Start =>
  async (sessions, options) => {
    const server = make();
    attach(server, sessions, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = ca ? { port, ca } : { port };
    return {
      connect: (onArrival, request) => webSocketPeer(target, onArrival, request),
      close: () => void server.close(),
    };
  };

describeAdapter('ws', serving(createServer), webSocket);

const secure = serving(() => createSecureServer({ key, cert }), cert);
describeAdapter('ws over TLS', secure, webSocket, { paths: false });

servingStories('ws', { clock: systemClock, serve, library: { saysWhy: true, waitsForClose: true } });
