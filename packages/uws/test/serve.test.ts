/** What only uWebSockets.js has: the library as an option, and the handler form on the application's own app. */

import type uWebSockets from 'uWebSockets.js';
import type { us_listen_socket } from 'uWebSockets.js';
import { createRequire } from 'node:module';
import { connect, recordSessions } from '@sallyport/conformance';
import { behavior, type Library, serve, systemClock } from '@sallyport/uws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { library } from './library.ts';

it('serve() accepts the default export of uWebSockets.js', () => {
  // Against the library's own declarations: it is enough that this compiles.
  const handOver = (imported: typeof uWebSockets): Library => imported;
  expect(handOver).toBeTypeOf('function');
});

it.each([undefined, null, {}, 'uWebSockets.js'])('serve() refuses the library %j', async (nothing) => {
  const { sessions } = recordSessions(systemClock);
  const attempt = serve(sessions, { library: nothing as unknown as Library, host: '127.0.0.1', port: 0 });
  await expect(attempt).rejects.toMatchObject({
    name: 'ServeError',
    code: 'ERR_LIBRARY',
    message: "library must be the default export of uWebSockets.js: import uWS from 'uWebSockets.js'",
  });
});

it('serve() refuses the JavaScript stand-in of uWebSockets.js', async () => {
  const imitation = createRequire(import.meta.url)('uWebSockets.js/dist/index.js') as Library;
  const { sessions } = recordSessions(systemClock);
  const attempt = serve(sessions, { library: imitation, host: '127.0.0.1', port: 0 });
  await expect(attempt).rejects.toMatchObject({
    code: 'ERR_LIBRARY',
    message: expect.stringMatching(/^uWebSockets\.js has no binary for this Node on this platform, .+$/),
  });
});

describe.skipIf(!library)('uWebSockets.js with a binary', () => {
  it('refuses to listen on an inherited socket', async () => {
    if (!library) return;
    const { sessions } = recordSessions(systemClock);
    await expect(serve(sessions, { library, host: 'fd:3', port: 0 })).rejects.toMatchObject({
      name: 'ServeError',
      code: 'ERR_FD',
      message:
        'uWebSockets.js cannot listen on the inherited socket fd:3; use a port, a host with unix:, or ws',
    });
  });

  it('has a handler form for an app with other routes', async () => {
    if (!library) return;
    const { sessions, opened } = recordSessions(systemClock);
    const app = library.App();
    app.ws('/gate', behavior(sessions)).get('/gate', (response) => void response.end('mine'));
    const socket = await new Promise<us_listen_socket | false>((resolve) => {
      app.listen('127.0.0.1', 0, resolve);
    });
    if (!socket) throw new Error('it does not listen');
    onTestFinished(() => library?.us_listen_socket_close(socket));
    const port = library.us_socket_local_port(socket);
    expect(await (await fetch(`http://127.0.0.1:${port}/gate`)).text()).toBe('mine');
    const client = await connect({ port }, { path: '/gate' });
    client.text('hello');
    client.close(1000);
    expect((await client.ended).code).toBe(1000);
    expect(opened[0]?.calls).toEqual([['opened'], ['receive', 'hello', 5], ['closed', 1000, '']]);
  });
});
