/**
 * Plain HTTP on the WebSocket port: the page for browsers, and the health check `/healthz`.
 *
 * All answers are built when the server starts, so a request costs almost nothing. Proven by: test/http.test.ts.
 */
import type { ReadyAnswer, RequestHead } from '@sallyport/listen';
import { type Asset, contentSecurityPolicy } from '@sallyport/page';

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** For answers that are not the page: browsers must not execute or cache them. */
const textHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

export interface HttpOptions {
  /** Called on each health check. A draining server answers 503. */
  isDraining(): boolean;
  /** Called on each request: whether the server answers to this `Host`. */
  answersTo(host: string): boolean;
  /** The files of the page. */
  readonly page: readonly Asset[];
}

/** Returns the function that chooses the answer to each request. */
export function createReady({
  isDraining,
  answersTo,
  page,
}: HttpOptions): (head: RequestHead) => ReadyAnswer {
  const files = new Map(page.map((asset) => [asset.path, fileOf(asset)]));
  return (head) => {
    const { path, host } = locate(head);
    const isHealth = path === '/healthz';
    // A health check may use any host name. It learns nothing else.
    if (!isHealth && !answersTo(host)) return wrongHost;
    const file = files.get(path);
    if (!file && !isHealth) return notFound;
    if (head.method !== 'GET' && head.method !== 'HEAD') return notAllowed;
    if (file) return choose(file, head);
    return isDraining() ? draining : healthy;
  };
}

const notFound = textAnswer(404, 'not found; see /\n');
const wrongHost = textAnswer(421, 'host not allowed; see --allow-host\n');
const notAllowed = textAnswer(405, 'GET or HEAD only\n', { allow: 'GET, HEAD' });
const draining = textAnswer(503, 'draining\n', { 'retry-after': '1' });
const healthy = textAnswer(200, 'ok');

/** The target is a path with its query, or an absolute URL; then the URL's host counts (RFC 9112, 3.2.2). */
function locate(head: RequestHead): { readonly path: string; readonly host: string } {
  const { target } = head;
  if (target.startsWith('/')) return { path: target.split('?', 1)[0] as string, host: head.header('host') };
  const { pathname, host } = new URL(target);
  return { path: pathname, host };
}

function textAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): ReadyAnswer {
  return readyAnswer(status, { ...textHeaders, ...headers }, new Uint8Array(Buffer.from(text)));
}

function readyAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array & { readonly buffer: ArrayBuffer },
): ReadyAnswer {
  const all = Object.entries({ ...commonHeaders, ...headers });
  return body ? { status, headers: all, body } : { status, headers: all };
}

/** The two answers for one encoding of a file. */
interface Variant {
  readonly tag: string;
  /** 200 with the body. */
  readonly full: ReadyAnswer;
  /** 304, for a client that has the file in its cache. */
  readonly notModified: ReadyAnswer;
}

interface File {
  readonly identity: Variant;
  readonly gzipped: Variant;
}

function fileOf(asset: Asset): File {
  return { identity: variantOf(asset, false), gzipped: variantOf(asset, true) };
}

function variantOf({ type, body, gzip, etag, isImmutable }: Asset, isGzip: boolean): Variant {
  // Each encoding needs its own tag (RFC 9110, 8.8.3).
  const tag = isGzip ? etag.replace(/"$/, '-gzip"') : etag;
  const cacheHeaders = {
    etag: tag,
    // A file whose name contains its hash never changes. Browsers revalidate all others.
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    'content-security-policy': contentSecurityPolicy,
  };
  const fullHeaders = {
    ...cacheHeaders,
    'content-type': type,
    ...(isGzip && { 'content-encoding': 'gzip' }),
  };
  return {
    tag,
    notModified: readyAnswer(304, cacheHeaders),
    full: readyAnswer(200, fullHeaders, isGzip ? gzip : body),
  };
}

function choose({ identity, gzipped }: File, head: RequestHead): ReadyAnswer {
  const { tag, notModified, full } = acceptsGzip(head.header('accept-encoding')) ? gzipped : identity;
  return matches(head.header('if-none-match'), tag) ? notModified : full;
}

/** RFC 9110, 12.5.3: gzip is listed, or `*` is, and its weight is not 0. */
function acceptsGzip(acceptEncoding: string): boolean {
  if (acceptEncoding === '') return false;
  const codings = new Map(
    acceptEncoding.split(',').map((coding) => {
      const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
      return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
    }),
  );
  return codings.get('gzip') ?? codings.get('*') ?? false;
}

/** RFC 9110, 13.1.2: the weak comparison. */
function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === '') return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
