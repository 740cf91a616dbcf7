/** The kit's stories, which every adapter has to pass, and those of our own serve form. */
import type { us_listen_socket } from 'uWebSockets.js';
import { describeAdapter, webSocket, webSocketPeer } from '@sallyport/conformance';
import { servingStories } from '@sallyport/conformance/serving';
import { behavior, serve, systemClock } from '@sallyport/uws';
import { describe } from 'vitest';
import { library } from './library.ts';

describe.skipIf(!library)('native', () => {
  if (!library) return;
  const native = library;

  describeAdapter(
    'uWebSockets.js',
    async (sessions) => {
      const app = native.App().ws('/*', behavior(sessions));
      const socket = await new Promise<us_listen_socket | false>((resolve) => {
        app.listen('127.0.0.1', 0, resolve);
      });
      if (!socket) throw new Error('it does not listen');
      const port = native.us_socket_local_port(socket);
      return {
        connect: (hear, request) => webSocketPeer({ port }, hear, request),
        close: () => native.us_listen_socket_close(socket),
      };
    },
    // It says `closed` from within `end`.
    { ...webSocket, waitsForClose: false },
  );

  servingStories('uWebSockets.js', {
    clock: systemClock,
    serve: (sessions, options) => serve(sessions, { ...options, library: native }),
    library: { saysWhy: false, waitsForClose: false },
  });
});
