/** Makes a server of Node listen: on a TCP port, a Unix socket or an inherited socket. Proven by: the stories of conformance. */
import type { AddressInfo, ListenOptions, Server } from 'node:net';
import {
  adoptUnixSocket,
  clearUnixSocket,
  hostError,
  type ListenAddress,
  listenError,
} from '@sallyport/listen';

/** Resolves with the TCP port, or 0. Rejects with a `ServeError`. Node itself removes the file of a Unix socket when it closes. */
export async function listen(server: Server, address: ListenAddress): Promise<number> {
  switch (address.type) {
    case 'tcp': {
      const { host, port } = address;
      await begin(server, { host, port }, (cause) => listenError(cause, host, port));
      return (server.address() as AddressInfo).port;
    }
    case 'unix': {
      const { path } = address;
      await clearUnixSocket(path);
      await begin(server, { path }, (cause) => hostError(cause, `unix:${path}`));
      adoptUnixSocket(path);
      return 0;
    }
    case 'fd': {
      const { fd } = address;
      await begin(server, { fd }, (cause) => hostError(cause, `fd:${fd}`));
      return 0;
    }
  }
}

function begin(
  server: Server,
  options: ListenOptions & { readonly fd?: number },
  errorOf: (cause: unknown) => Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: unknown) => reject(errorOf(cause));
    server.once('error', onError);
    server.listen(options, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
