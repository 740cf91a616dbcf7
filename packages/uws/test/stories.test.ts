/** The stories of the conformance kit for the handler form, and those for the serve form. */
import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAdapter, type Start, webSocket, webSocketPeer } from '@sallyport/conformance';
import { cert, key, servingStories } from '@sallyport/conformance/serving';
import { behavior, serve, systemClock } from '@sallyport/uws';
import { afterAll, describe } from 'vitest';
import { library } from './library.ts';

describe.skipIf(!library)('with a binary', () => {
  if (!library) return;
  const native = library;

  // It reports `closed` from within `end`.
  const capabilities = { ...webSocket, waitsForClose: false };
  const serving =
    (make: () => TemplatedApp, ca?: string): Start =>
    async (sessions, options) => {
      const app = make().ws('/*', behavior(sessions, options));
      const socket = await new Promise<us_listen_socket | false>((resolve) => {
        app.listen('127.0.0.1', 0, resolve);
      });
      if (!socket) throw new Error('it does not listen');
      const port = native.us_socket_local_port(socket);
      const target = ca ? { port, ca } : { port };
      return {
        connect: (onArrival, request) => webSocketPeer(target, onArrival, request),
        close: () => native.us_listen_socket_close(socket),
      };
    };

  describeAdapter(
    'uWebSockets.js',
    serving(() => native.App()),
    capabilities,
  );

  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileOf = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const files = { key_file_name: fileOf('key.pem', key), cert_file_name: fileOf('cert.pem', cert) };
  describeAdapter(
    'uWebSockets.js over TLS',
    serving(() => native.SSLApp(files), cert),
    capabilities,
    { paths: false },
  );

  servingStories('uWebSockets.js', {
    clock: systemClock,
    serve: (sessions, options) => serve(sessions, { ...options, library: native }),
    library: { saysWhy: false, waitsForClose: false },
  });
});
