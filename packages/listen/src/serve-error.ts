/**
 * Why a server could not be started: what is wrong and how to mend it, in one line, with a code for programs.
 *
 * Only ever about what the caller gave. Proven by: test/serve-error.test.ts, and the adapters' stories of listening.
 */

export class ServeError extends Error {
  override readonly name = 'ServeError';
  /** The system's (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND` …), or `ERR_BODY`, `ERR_LIBRARY`, `ERR_PORT`, `ERR_TLS`. */
  readonly code: string;
  /** Which option would have to be another, where that is known; and what about it, for whoever has a name of his own for it. */
  readonly advice: Advice | undefined;

  constructor(code: string, message: string, advice?: Advice) {
    super(message);
    this.code = code;
    this.advice = advice;
  }
}

export interface Advice {
  readonly option: 'host' | 'port';
  readonly text: string;
}

const ofHost = (text: string): Advice => ({ option: 'host', text });
const ofPort = (text: string): Advice => ({ option: 'port', text });
const noAddress = ofHost('the host is no address of this machine; take one that is, such as 127.0.0.1');

const advices: Readonly<Record<string, Advice>> = {
  EADDRINUSE: ofPort('the port is in use; stop what listens there, or take another one (0 picks a free one)'),
  EACCES: ofPort('the port is not open to this user; take one from 1024 on'),
  EADDRNOTAVAIL: noAddress,
  EINVAL: noAddress,
  EAFNOSUPPORT: ofHost('this machine has no such addresses; take another host, such as 127.0.0.1'),
  ENOTFOUND: ofHost('the host is not known; take an address, such as 127.0.0.1'),
  EAI_AGAIN: ofHost('the host could not be looked up; take an address, such as 127.0.0.1'),
};

/** A failure to listen, from whatever was thrown. */
export function listenError(cause: unknown, host: string, port: number): ServeError {
  const code = codeOf(cause);
  const advice = advices[code];
  return new ServeError(code, `cannot listen on ${host}:${port}: ${advice?.text ?? code}`, advice);
}

/** uWebSockets.js takes 80000 for 14464 without a word. */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new ServeError('ERR_PORT', `port must be a whole number from 0 to 65535, not ${port}`);
}

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'the system does not say why';
}
