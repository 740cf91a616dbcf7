/**
 * Plain HTTP on the port of the WebSockets: the page, for whoever looks with a browser, and whether the server is well.
 *
 * Web standards only, so that it runs the same on every transport. Proven by: test/http.test.ts.
 */
import { type Asset, contentSecurityPolicy } from '@sallyport/page';

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Of what is no page: nothing in it is to be run, or kept. */
const plain = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

interface Answer {
  readonly status: number;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is asked at each request, and the files of the page. */
export interface Answering {
  /** A server that is about to go is no longer well. */
  isDraining(): boolean;
  /** Whether the server answers to this host. */
  answersTo(host: string): boolean;
  readonly page: readonly Asset[];
}

/** Answers a request. */
export function createFetch(answering: Answering): (request: Request) => Response {
  const assets = new Map(answering.page.map((asset) => [asset.path, asset]));
  return (request) => {
    const { status, body, headers } = answer(request, assets, answering);
    return new Response(request.method === 'HEAD' ? null : (body ?? null), {
      status,
      headers: { ...always, ...headers },
    });
  };
}

function answer(
  request: Request,
  assets: ReadonlyMap<string, Asset>,
  { isDraining, answersTo }: Omit<Answering, 'page'>,
): Answer {
  const { pathname, host } = new URL(request.url);
  const isHealth = pathname === '/healthz';
  // Whoever checks its health may call it by any name, and learns nothing else.
  if (!isHealth && !answersTo(host)) return say(421, 'host not allowed; see --allow-host\n');
  const asset = assets.get(pathname);
  if (!asset && !isHealth) return say(404, 'not found; see /\n');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return say(405, 'GET or HEAD only\n', { allow: 'GET, HEAD' });
  if (asset) return send(asset, request.headers);
  return isDraining() ? say(503, 'draining\n', { 'retry-after': '1' }) : say(200, 'ok');
}

function say(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body, headers: { ...plain, ...headers } };
}

function send(asset: Asset, asked: Headers): Answer {
  const { type, body, gzip, etag, isImmutable } = asset;
  const isGzip = takesGzip(asked.get('accept-encoding'));
  // Of what is encoded in another way, the tag is another (RFC 9110, 8.8.3).
  const tag = isGzip ? etag.replace(/"$/, '-gzip"') : etag;
  const kept = {
    etag: tag,
    // What is named for its content never changes; all else is asked for anew, and seldom sent.
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    'content-security-policy': contentSecurityPolicy,
  };
  if (isKnown(asked.get('if-none-match'), tag)) return { status: 304, headers: kept };
  const sent = isGzip ? gzip : body;
  return {
    status: 200,
    body: sent,
    headers: {
      ...kept,
      'content-type': type,
      'content-length': String(sent.length),
      ...(isGzip && { 'content-encoding': 'gzip' }),
    },
  };
}

/** RFC 9110, 12.5.3: named, or covered by a star, and not at weight 0. */
function takesGzip(acceptEncoding: string | null): boolean {
  const codings = new Map(
    (acceptEncoding ?? '').split(',').map((one) => {
      const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
      return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
    }),
  );
  return codings.get('gzip') ?? codings.get('*') ?? false;
}

/** RFC 9110, 13.1.2: compared weakly. */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
