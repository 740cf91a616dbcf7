/** uWebSockets.js without an adapter, to show a trap of the library itself. It closes at the end of the test. */

import type { TemplatedApp, us_listen_socket, WebSocketBehavior } from 'uWebSockets.js';
import type { Library } from '@sallyport/uws';
import { onTestFinished } from 'vitest';

export interface BareUws {
  readonly port: number;
  readonly app: TemplatedApp & { close(): unknown };
  /** Stops listening, and leaves connections open. */
  stopListening(): void;
}

export async function bareUws(
  library: Library,
  behavior: WebSocketBehavior<unknown>,
  /** A test that runs beside others passes its own. */
  onFinished = onTestFinished,
): Promise<BareUws> {
  const app = library.App().ws('/*', behavior) as BareUws['app'];
  const socket = await new Promise<us_listen_socket>((resolve, reject) => {
    app.listen(0, (listening) => (listening ? resolve(listening) : reject(new Error('it does not listen'))));
  });
  const port = library.us_socket_local_port(socket);
  let isListening = true;
  const stopListening = () => {
    if (isListening) library.us_listen_socket_close(socket);
    isListening = false;
  };
  onFinished(() => {
    stopListening();
    app.close();
  });
  return { port, app, stopListening };
}
