/**
 * The place where all workers listen, as the parent keeps it.
 *
 * `inherited`: the parent binds a socket and never accepts on it; the workers inherit it. So the port stays open, and connections wait in it, even
 * while no worker lives. Node has no public function that binds without accepting, so this uses the one of its module `cluster`.
 * `reusePort`: the parent tries the port alone, so that a port in use is an error, and lets it go for the workers.
 * Proven by: test/workers/shared-socket.test.ts, test/workers/binaries.test.ts.
 */
import { fstatSync } from 'node:fs';
import net, { type AddressInfo, createServer, isIPv6 } from 'node:net';
import { getSystemErrorName } from 'node:util';
import {
  adoptUnixSocket,
  clearUnixSocket,
  hostError,
  listenAddressOf,
  listenError,
  ServeError,
} from '@sallyport/listen';
import type { Transport } from '../transport.ts';

/** Where all workers listen. */
export interface SharedSocket {
  /** The TCP port. 0: it is no TCP port. */
  readonly port: number;
  /** The descriptor that the workers inherit. Undefined: each opens the port. */
  readonly fd: number | undefined;
  /** Removes the file of a Unix socket. */
  close(): void;
}

/** What `node:net` has and does not declare: a bound socket, or the number of the system's error. */
interface Undeclared {
  _createServerHandle?(address: string, port: number, addressType: number): Handle | number;
}

interface Handle {
  readonly fd: number;
  getsockname?(name: object): number;
}

/** The kinds of addresses of `_createServerHandle`. A Unix socket has neither a port nor a kind. */
const NONE = -1;

/** Rejects with a `ServeError` if the workers could not listen there. */
export async function openSharedSocket(
  sharing: NonNullable<Transport['sharing']>,
  host: string,
  port: number,
): Promise<SharedSocket> {
  const address = listenAddressOf({ host, port });
  if (sharing === 'reusePort') return { port: await triedPort(host, port), fd: undefined, close() {} };
  switch (address.type) {
    case 'fd':
      checkSocket(address.fd, host);
      return { port: 0, fd: address.fd, close() {} };
    case 'unix': {
      await clearUnixSocket(address.path);
      const { fd } = bind(address.path, NONE, NONE, (error) => hostError(error, host));
      return { port: 0, fd, close: adoptUnixSocket(address.path) };
    }
    case 'tcp': {
      const errorOf = (error: Error) => listenError(error, host, port);
      const handle = bind(host, port, isIPv6(host) ? 6 : 4, errorOf);
      const name: { port?: number } = {};
      // A port in use shows only here.
      checkResult(handle.getsockname?.(name) ?? 0, errorOf);
      return { port: name.port ?? port, fd: handle.fd, close() {} };
    }
  }
}

/** Kept from the garbage collector, which would close the socket. */
const kept: Handle[] = [];

function bind(address: string, port: number, type: number, errorOf: (error: Error) => Error): Handle {
  const { _createServerHandle: create } = net as Undeclared;
  if (!create)
    throw new ServeError('ERR_OPTION', `Node ${process.version} cannot share a socket between processes`);
  const handle = create(address, port, type);
  if (typeof handle === 'number') {
    checkResult(handle, errorOf);
    throw errorOf(new Error('no socket'));
  }
  kept.push(handle);
  return handle;
}

/** Throws for a number below 0, which is an error of the system. */
function checkResult(result: number, errorOf: (error: Error) => Error): void {
  if (result >= 0) return;
  throw errorOf(
    Object.assign(new Error('the system refuses the address'), { code: getSystemErrorName(result) }),
  );
}

function checkSocket(fd: number, host: string): void {
  try {
    if (fstatSync(fd).isSocket()) return;
  } catch (cause) {
    throw hostError(cause, host);
  }
  throw hostError(Object.assign(new Error('not a socket'), { code: 'ENOTSOCK' }), host);
}

/** The port, which no other program has: that of another server on the same library is in use too. */
function triedPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ host, port }, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
