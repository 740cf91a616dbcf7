/**
 * Why a server cannot start: the fault and its remedy in one line, with a code for programs. Always about the caller's options.
 *
 * Proven by: test/serve-error.test.ts, and the adapters' stories of listening.
 */

/** `serve` cannot listen with these options, or `reloadTls` cannot use these files. */
export class ServeError extends Error {
  /** Always `ServeError`. */
  override readonly name = 'ServeError';
  /**
   * The system's code (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND` …), or `ERR_BODY`, `ERR_FD`, `ERR_LIBRARY`, `ERR_OPTION`,
   * `ERR_PORT`, `ERR_REQUESTS`, `ERR_TLS`, `ERR_UNIX`, `ERR_WRITE`.
   */
  readonly code: string;
  /** The option to change, where that is known, and how to change it. A program with other option names shows this. */
  readonly advice: Advice | undefined;

  constructor(code: string, message: string, advice?: Advice) {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}

/** How to change one option. */
export interface Advice {
  /** The option to change. */
  readonly option: 'host' | 'port';
  /** What to change about it, as a clause. */
  readonly text: string;
}

const ofHost = (text: string): Advice => ({ option: 'host', text });
const ofPort = (text: string): Advice => ({ option: 'port', text });
const noAddress = ofHost('this machine does not have that address; use one that it has, such as 127.0.0.1');

const advices: Readonly<Record<string, Advice>> = {
  EADDRINUSE: ofPort(
    'the port is in use; stop the program that listens there, or use another port (0 picks a free one)',
  ),
  EACCES: ofPort('this user may not listen on that port; use one from 1024 on'),
  EADDRNOTAVAIL: noAddress,
  EINVAL: noAddress,
  EAFNOSUPPORT: ofHost('this machine has no addresses of that kind; use another host, such as 127.0.0.1'),
  ENOTFOUND: ofHost('the host name does not resolve; use an address, such as 127.0.0.1'),
  EAI_AGAIN: ofHost('the name server does not answer; use an address, such as 127.0.0.1'),
};

const hostAdvices: Readonly<Record<string, string>> = {
  EACCES: 'this user may not create a socket there; change the permissions of the folder, or use another one',
  EADDRINUSE: 'another process listens there',
  EBADF: 'the process has inherited no such socket',
  EINVAL: 'it is not a listening socket',
  ENOENT: 'the folder does not exist',
  ENOTSOCK: 'it is not a socket',
};

/** Makes a `ServeError` of the error that listening on a Unix socket or an inherited socket failed with. */
export function hostError(cause: unknown, host: string): ServeError {
  if (cause instanceof ServeError) return cause;
  const code = codeOf(cause);
  return new ServeError(code, `cannot listen on ${host}: ${hostAdvices[code] ?? code}`);
}

/** Makes a `ServeError` of the error that listening on a TCP port failed with. */
export function listenError(cause: unknown, host: string, port: number): ServeError {
  const code = codeOf(cause);
  const advice = advices[code];
  return new ServeError(code, `cannot listen on ${host}:${port}: ${advice?.text ?? code}`, advice);
}

/** Throws a `ServeError` if the port is not valid. uWebSockets.js would listen on 14464 for 80000. */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new ServeError('ERR_PORT', `port must be a whole number from 0 to 65535, not ${port}`);
}

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'the system gives no reason';
}
