/**
 * Where a server listens: a TCP port, a Unix socket or an inherited socket; and the URL that follows from it.
 *
 * Proven by: test/address.test.ts, and the adapters' stories of listening.
 */
import { isIPv6 } from 'node:net';
import type { ServeOptions } from './listening.ts';
import { checkPort, ServeError } from './serve-error.ts';

/** A place to listen. */
export type ListenAddress =
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | { readonly type: 'unix'; readonly path: string }
  /** A listening socket that the process inherits. */
  | { readonly type: 'fd'; readonly fd: number };

/** Bytes of `sun_path` on Linux, without the closing NUL. A longer path would be cut off silently. */
const MAX_PATH_BYTES = 107;

/** Reads `host` and `port`. Throws a `ServeError` if they are not valid. */
export function listenAddressOf({ host, port }: Pick<ServeOptions, 'host' | 'port'>): ListenAddress {
  checkPort(port);
  const [, scheme, rest = ''] = /^(unix|fd):(.*)$/s.exec(host) ?? [];
  if (scheme === undefined) return { type: 'tcp', host, port };
  if (port !== 0) throw new ServeError('ERR_PORT', `port must be 0 with the host ${host}, not ${port}`);
  if (scheme === 'fd') {
    if (/^\d{1,7}$/.test(rest)) return { type: 'fd', fd: Number(rest) };
    throw new ServeError('ERR_FD', `host must be fd: and a number, such as fd:3, not ${host}`);
  }
  if (!rest.startsWith('/') || rest.includes('\0'))
    throw new ServeError(
      'ERR_UNIX',
      `host must be unix: and an absolute path, such as unix:/run/sallyport.sock, not ${host}`,
    );
  if (Buffer.byteLength(rest) > MAX_PATH_BYTES)
    throw new ServeError(
      'ERR_UNIX',
      `the path of a Unix socket must not exceed ${MAX_PATH_BYTES} bytes: ${rest}`,
    );
  return { type: 'unix', path: rest };
}

/** The URL of the WebSocket endpoint. `port` is the one that the system gave. */
export function urlOf({ host, tls, path = '' }: Omit<ServeOptions, 'port'>, port: number): string {
  const scheme = tls ? 'wss' : 'ws';
  if (/^(?:unix|fd):/.test(host)) {
    // As the client of ws writes it: ws+unix:/path/of/the/socket:/path/of/the/request.
    const url = host.replace(/^unix:/, `${scheme}+unix:`).replace(/^fd:/, `${scheme}+fd:`);
    return path ? `${url}:${path}` : url;
  }
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`;
}
