/**
 * Why there was no connection, in a sentence that says what to do about it. Proven by: test/unreachable.test.ts, test/tls.test.ts, test/proxy.test.ts.
 *
 * What comes from a server (a status, a code of TLS) is looked up here, not repeated; but for where it sends elsewhere.
 */
import { stripUnprintableName } from '../strip-unprintable.ts';

/** What an attempt met. */
export type Cause =
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  /** An answer to the upgrade other than 101, of the server or of a proxy on the way. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly by: 'server' | 'proxy';
      readonly location?: string;
    };

export interface Failure {
  /** Without what was dialled, for whoever has been told. */
  readonly what: string;
  readonly message: string;
  /** Whether it would be the same a minute later. */
  readonly isLasting: boolean;
}

export interface DialContext {
  readonly url: URL;
  readonly proxy?: URL;
  readonly hasOrigin: boolean;
}

export function failureOf(cause: Cause, around: DialContext): Failure {
  const { url } = around;
  const { what, isLasting } = cause.type === 'status' ? ofStatus(cause, around) : ofError(cause, around);
  return { what, message: `cannot connect to ${url.href}: ${what}`, isLasting };
}

interface Diagnosis {
  readonly what: string;
  readonly isLasting: boolean;
}

const passing = (what: string): Diagnosis => ({ what, isLasting: false });
const lasting = (what: string): Diagnosis => ({ what, isLasting: true });

function ofStatus(
  { status, by, location }: Extract<Cause, { type: 'status' }>,
  { hasOrigin, url }: DialContext,
): Diagnosis {
  if (by === 'proxy') {
    if (status === 407)
      return lasting(
        'the proxy wants a name and a password (407): put them into the proxy’s URL in HTTPS_PROXY',
      );
    return status < 500
      ? lasting(`the proxy does not let it through (${status}); NO_PROXY, or no --proxy, goes without it`)
      : passing(`the proxy could not reach it (${status}); is the server running, and the address right?`);
  }
  const said = `the server refused the upgrade (${status}`;
  switch (status) {
    case 400:
      return lasting(`${said} Bad Request): it may not speak this protocol; try with, or without, --json`);
    case 401:
      return lasting(
        `${said} Unauthorized): it wants a header; give it with --header 'Authorization: …' or --header @FILE`,
      );
    case 403:
      return lasting(
        hasOrigin
          ? `${said} Forbidden): it does not let in this --origin; leave it out, or have the server allow it`
          : `${said} Forbidden): it may want an --origin, or a --header`,
      );
    case 404:
      return lasting(`${said} Not Found): nothing is at ${url.pathname}; check the path of the URL`);
    case 421:
      return lasting(
        `${said} Misdirected Request): it does not answer to ${url.hostname}; use an address, or have the server allow that host`,
      );
    case 426:
      return lasting(`${said} Upgrade Required): it speaks another version of WebSocket`);
    case 429:
      return passing(`${said} Too Many Requests): wait a little and try again`);
    case 503:
      return passing(`${said} Service Unavailable): it is full or restarts; try again in a moment`);
  }
  if (status >= 300 && status < 400 && location)
    return lasting(`the server sends elsewhere (${status}): try ${stripUnprintableName(location)}`);
  if (status < 400)
    return lasting(`what answers there is no WebSocket (${status}); check host, port and path`);
  return status < 500 ? lasting(`${said})`) : passing(`${said}): it has a fault of its own; try again later`);
}

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);

function ofError(
  { code, message }: Extract<Cause, { type: 'error' }>,
  { url, proxy }: DialContext,
): Diagnosis {
  const far = proxy ? `the proxy ${proxy.host}` : url.host;
  const hint = proxy ? 'is the proxy’s address right?' : 'is the server running, and the port right?';
  if (UNTRUSTED.has(code))
    return lasting(
      `its certificate is not trusted (${code}); name the authority that signed it by --ca FILE`,
    );
  switch (code) {
    case 'ECONNREFUSED':
      return passing(`${far} refused the connection; ${hint}`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return passing(`the host ${(proxy ?? url).hostname} is unknown; check the spelling, or the network`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return passing(`there is no way to ${far} (${code}); check the address, the network, a firewall`);
    case 'ECONNRESET':
    case 'EPIPE':
      return passing(
        url.protocol === 'ws:'
          ? `${far} hung up; if it speaks TLS, use wss://`
          : `${far} hung up; does it speak TLS? If not, use ws://`,
      );
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return lasting(
        `its certificate is out of date (${code}); the server needs another, or check this clock`,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return lasting(`its certificate is not for ${url.hostname}; use the name that it is for`);
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return lasting('it does not speak TLS there; use ws://, or another port');
  }
  if (code.startsWith('HPE_'))
    return lasting('what answers there does not speak HTTP; check the port, or use wss://');
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_'))
    return lasting(`TLS failed (${code})`);
  if (/timed out/.test(message)) return passing(`${far} did not answer in time`);
  if (/subprotocol/.test(message)) return lasting('the server does not speak sallyport.v1: leave out --json');
  if (/Proxy connection ended|proxy/i.test(message)) return passing(`the proxy ${proxy?.host ?? ''} hung up`);
  if (/Sec-WebSocket|Upgrade header/.test(message))
    return lasting('what answers there does not do WebSockets right; check host, port and path');
  return passing(code === '' ? 'the connection failed' : `the connection failed (${code})`);
}
