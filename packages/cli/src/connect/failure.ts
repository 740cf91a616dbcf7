/**
 * Why there was no connection, as a sentence that says what to do. Proven by: test/unreachable.test.ts, test/tls.test.ts, test/proxy.test.ts.
 *
 * Except for the target of a redirection, the sentences quote no text of the server: they are looked up by status or error code.
 */

import { stripUnprintableName } from '../strip-unprintable.ts';
import { shownUrl } from './target.ts';

/** What an attempt to connect ended with. */
export type Cause =
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  /** A response to the upgrade request other than 101, from the server or from a proxy. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly by: 'server' | 'proxy';
      readonly location?: string;
    };

/** Why there was no connection. */
export interface Failure {
  /** The sentence without the URL. */
  readonly what: string;
  /** The sentence with the URL. */
  readonly message: string;
  /** Another attempt a minute later would fail the same way. */
  readonly isLasting: boolean;
}

/** What the sentences depend on besides the cause. */
export interface DialContext {
  readonly url: URL;
  /** The proxy, if the connection goes through one. */
  readonly proxy?: URL;
  /** `--origin` was given. */
  readonly hasOrigin: boolean;
}

export function failureOf(cause: Cause, around: DialContext): Failure {
  const { url } = around;
  const { what, isLasting } = cause.type === 'status' ? ofStatus(cause, around) : ofError(cause, around);
  return { what, message: `cannot connect to ${shownUrl(url)}: ${what}`, isLasting };
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
        'the proxy requires a name and a password (407): add them to the proxy’s URL in HTTPS_PROXY',
      );
    return status < 500
      ? lasting(`the proxy refused the tunnel (${status}); NO_PROXY, or no --proxy, connects without it`)
      : passing(
          `the proxy could not reach the server (${status}); is the server running, and is the address right?`,
        );
  }
  const refusal = `the server refused the upgrade (${status}`;
  switch (status) {
    case 400:
      return lasting(`${refusal} Bad Request): it may not speak this protocol; try with, or without, --json`);
    case 401:
      return lasting(
        `${refusal} Unauthorized): it requires a header; add it with --header 'Authorization: …' or --header @FILE`,
      );
    case 403:
      return lasting(
        hasOrigin
          ? `${refusal} Forbidden): it does not allow this --origin; leave it out, or allow it on the server`
          : `${refusal} Forbidden): it may require an --origin or a --header`,
      );
    case 404:
      return lasting(`${refusal} Not Found): nothing is at ${url.pathname}; check the path of the URL`);
    case 421:
      return lasting(
        `${refusal} Misdirected Request): it does not serve the host ${url.hostname}; use an address, or allow that host on the server`,
      );
    case 426:
      return lasting(`${refusal} Upgrade Required): it speaks another version of WebSocket`);
    case 429:
      return passing(`${refusal} Too Many Requests): wait a little and try again`);
    case 503:
      return passing(`${refusal} Service Unavailable): it is full or restarting; try again in a moment`);
  }
  if (status >= 300 && status < 400 && location)
    return lasting(`the server redirects (${status}): try ${stripUnprintableName(location)}`);
  if (status < 400)
    return lasting(`the server there is not a WebSocket server (${status}); check host, port and path`);
  return status < 500 ? lasting(`${refusal})`) : passing(`${refusal}): it has an error; try again later`);
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
      `its certificate is not trusted (${code}); pass the authority that signed it with --ca FILE`,
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
      return passing(`${far} cannot be reached (${code}); check the address, the network and firewalls`);
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
        `its certificate is expired or not yet valid (${code}); renew it on the server, or check the clock here`,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return lasting(`its certificate is not for ${url.hostname}; use a name that the certificate has`);
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return lasting('the server does not speak TLS on this port; use ws://, or another port');
  }
  if (code.startsWith('HPE_'))
    return lasting('the server there does not speak HTTP; check the port, or use wss://');
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_'))
    return lasting(`TLS failed (${code})`);
  if (/timed out/.test(message)) return passing(`${far} did not answer in time`);
  if (/subprotocol/.test(message)) return lasting('the server does not speak sallyport.v1: leave out --json');
  if (/Proxy connection ended|proxy/i.test(message)) return passing(`the proxy ${proxy?.host ?? ''} hung up`);
  if (/Sec-WebSocket|Upgrade header/.test(message))
    return lasting('the server there does not follow the WebSocket protocol; check host, port and path');
  return passing(code === '' ? 'the connection failed' : `the connection failed (${code})`);
}
