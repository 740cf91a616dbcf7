/**
 * Credentials that come with the upgrade request: where they may be, and how they are read (PROTOCOL.md, section 1).
 *
 * What a client sends on purpose counts before what a browser sends by itself: `Authorization`, a subprotocol, the query, a cookie.
 * Proven by: test/admission/request-credentials.test.ts.
 */
import {
  byteLength,
  type Credentials,
  canBeToken,
  canBeUsername,
  checkKnownOptions,
  cookieCredentials,
  type Protocol,
  passwordCredentials,
  tokenCredentials,
  UsageError,
} from '@sallyport/protocol';
import { flatCopy } from './flat-copy.ts';
import { countInQuery } from './pairs.ts';
import type { EndingView } from './request-view.ts';

/**
 * Where an upgrade request may carry credentials. At least one place. If a request has several, the first in this order counts:
 * `authorization`, `subprotocol`, `query`, `cookie`.
 */
export interface CredentialSources {
  /** The `Authorization` header: `Bearer` gives token credentials, `Basic` gives password credentials. Default: false. */
  readonly authorization?: boolean | undefined;
  /**
   * A prefix, such as `bearer.`: the client offers `sallyport.v1` and the prefix followed by a token. The answer names
   * `sallyport.v1` only. It is the only header that a web page can set. Default: no subprotocol is read.
   */
  readonly subprotocol?: string | undefined;
  /**
   * The name of a query parameter with a token. Proxies log queries, so use tokens that work once or for seconds. Default: no
   * parameter is read.
   */
  readonly query?: string | undefined;
  /** The name of a cookie. It gives credentials of the type `cookie`. Default: no cookie is read. */
  readonly cookie?: string | undefined;
  /**
   * Refuses pages of `http:` origins (403) where a cookie may sign in, and their `Authorization: Basic`, which a browser sends by itself. Set it behind a proxy that speaks TLS. Default: whether this
   * server itself speaks TLS, as far as the adapter knows (`behavior` does not), or the name of the cookie begins with `__Host-`
   * or `__Secure-`.
   */
  readonly httpsOnly?: boolean | undefined;
}

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;
const known: Readonly<Record<keyof CredentialSources, true>> = {
  authorization: true,
  subprotocol: true,
  query: true,
  cookie: true,
  httpsOnly: true,
};

/** Throws a `UsageError` that names the first wrong option. */
export function checkSources(sources: CredentialSources, protocols: readonly Protocol[]): void {
  if (typeof sources !== 'object' || sources === null)
    throw new UsageError('credentials', "must be an object, such as { cookie: 'sid' }", sources);
  checkKnownOptions('credentials', sources, Object.keys(known), 'credentials.');
  for (const name of ['authorization', 'httpsOnly'] as const)
    if (!['boolean', 'undefined'].includes(typeof sources[name]))
      throw new UsageError(`credentials.${name}`, 'must be true or false', sources[name]);
  const { authorization, subprotocol, query, cookie } = sources;
  for (const [name, value] of Object.entries({ subprotocol, cookie }))
    if (value !== undefined && !(typeof value === 'string' && TOKEN.test(value)))
      throw new UsageError(`credentials.${name}`, 'must be letters, digits and signs such as . _ -', value);
  if (query !== undefined && (typeof query !== 'string' || query === ''))
    throw new UsageError('credentials.query', 'must be the name of a parameter', query);
  if (!authorization && subprotocol === undefined && query === undefined && cookie === undefined)
    throw new UsageError(
      'credentials',
      'must name at least one place: authorization, subprotocol, query, cookie',
    );
  const taken = protocols.find(
    (one) => subprotocol !== undefined && one.subprotocol?.startsWith(subprotocol),
  );
  if (taken)
    throw new UsageError('credentials.subprotocol', `must not be the beginning of ${taken.subprotocol}`);
  if (!protocols.some(({ signsInByRequest }) => signsInByRequest))
    throw new UsageError('credentials', 'needs a protocol that signs in by request, such as `jsonProtocol`');
}

/** Why credentials cannot be used. The text never holds a part of them. */
export interface CredentialsProblem {
  readonly problem: string;
}

/** Reads the credentials of a request. Undefined if it has none. */
export function credentialsIn(
  view: EndingView,
  sources: CredentialSources,
  maxBytes: number,
): Credentials | CredentialsProblem | undefined {
  const found =
    (sources.authorization ? authorizationIn(view) : undefined) ??
    (sources.subprotocol !== undefined ? subprotocolIn(view, sources.subprotocol) : undefined) ??
    (sources.query !== undefined ? queryIn(view, sources.query) : undefined) ??
    (sources.cookie !== undefined ? cookieIn(view, sources.cookie) : undefined);
  return found && 'type' in found && sizeOf(found) > maxBytes ? { problem: 'credentials too large' } : found;
}

/** A repeated header is joined by a comma, which no credentials have. Other schemes are for others, such as a proxy. */
function authorizationIn(view: EndingView): Credentials | CredentialsProblem | undefined {
  const [, scheme = '', rest = ''] =
    /^(bearer|basic)(?: +(.*))?$/i.exec(view.header('authorization') ?? '') ?? [];
  if (scheme === '') return undefined;
  const credentials = /^bearer$/i.test(scheme) ? tokenIn(rest) : basicIn(rest);
  return credentials ?? { problem: 'malformed Authorization header' };
}

/** RFC 7617. The username ends at the first colon. */
function basicIn(encoded: string): Credentials | undefined {
  let text: string;
  try {
    const bytes = Array.from(atob(encoded), (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
    text = decodeURIComponent(bytes.join(''));
  } catch {
    return undefined;
  }
  const at = text.indexOf(':');
  const username = text.slice(0, Math.max(at, 0));
  return at >= 0 && canBeUsername(username)
    ? passwordCredentials(flatCopy(username), flatCopy(text.slice(at + 1)))
    : undefined;
}

function subprotocolIn(view: EndingView, prefix: string): Credentials | CredentialsProblem | undefined {
  const offered = (view.header('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
  const [first, ...more] = offered.filter((name) => name.startsWith(prefix));
  if (first === undefined) return undefined;
  const token = more.length === 0 ? tokenIn(first.slice(prefix.length)) : undefined;
  return token ?? { problem: 'malformed token in a subprotocol' };
}

function queryIn(view: EndingView, name: string): Credentials | CredentialsProblem | undefined {
  const value = view.query[name];
  if (!value) return undefined;
  const token = countInQuery(view.queryText, name) === 1 ? tokenIn(value) : undefined;
  return token ?? { problem: 'malformed token in the query' };
}

function cookieIn(view: EndingView, name: string): Credentials | undefined {
  const value = view.cookies[name];
  return value ? cookieCredentials(name, value) : undefined;
}

function tokenIn(text: string): Credentials | undefined {
  return canBeToken(text) ? tokenCredentials(flatCopy(text)) : undefined;
}

function sizeOf(credentials: Credentials): number {
  switch (credentials.type) {
    case 'password':
      return byteLength(credentials.username) + byteLength(credentials.password);
    case 'token':
      return byteLength(credentials.token);
    case 'cookie':
      return byteLength(credentials.value);
  }
}
