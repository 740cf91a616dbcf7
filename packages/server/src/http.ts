/**
 * Plain HTTP on the port of the WebSockets: the page, for whoever looks with a browser, and whether the server is well.
 *
 * Every answer is made when the server starts, and costs next to nothing when a client asks. Proven by: test/http.test.ts.
 */
import type { ReadyAnswer, RequestHead } from '@sallyport/listen';
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

/** What is asked at each request, and the files of the page. */
export interface Answering {
  /** A server that is draining is not healthy. */
  isDraining(): boolean;
  /** Whether the server answers to this host. */
  answersTo(host: string): boolean;
  readonly page: readonly Asset[];
}

/** Chooses the answer to every request. */
export function createReady({ isDraining, answersTo, page }: Answering): (head: RequestHead) => ReadyAnswer {
  const files = new Map(page.map((asset) => [asset.path, fileOf(asset)]));
  return (head) => {
    const { path, host } = locate(head);
    const isHealth = path === '/healthz';
    // A health check may call the server by any name, and learns nothing else.
    if (!isHealth && !answersTo(host)) return wrongHost;
    const file = files.get(path);
    if (!file && !isHealth) return notFound;
    if (head.method !== 'GET' && head.method !== 'HEAD') return notAllowed;
    if (file) return choose(file, head);
    return isDraining() ? draining : well;
  };
}

const notFound = say(404, 'not found; see /\n');
const wrongHost = say(421, 'host not allowed; see --allow-host\n');
const notAllowed = say(405, 'GET or HEAD only\n', { allow: 'GET, HEAD' });
const draining = say(503, 'draining\n', { 'retry-after': '1' });
const well = say(200, 'ok');

/** A target is a path with its query, or a whole URL, whose host then counts (RFC 9112, 3.2.2). */
function locate(head: RequestHead): { readonly path: string; readonly host: string } {
  const { target } = head;
  if (target.startsWith('/')) return { path: target.split('?', 1)[0] as string, host: head.header('host') };
  const { pathname, host } = new URL(target);
  return { path: pathname, host };
}

function say(status: number, text: string, headers: Readonly<Record<string, string>> = {}): ReadyAnswer {
  return ready(status, { ...plain, ...headers }, new Uint8Array(Buffer.from(text)));
}

function ready(
  status: number,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array & { readonly buffer: ArrayBuffer },
): ReadyAnswer {
  const all = Object.entries({ ...always, ...headers });
  return body ? { status, headers: all, body } : { status, headers: all };
}

/** One way to send a file: the answer to a client that does not have it, and to one that does. */
interface Variant {
  readonly tag: string;
  readonly whole: ReadyAnswer;
  readonly known: ReadyAnswer;
}

interface File {
  readonly asIs: Variant;
  readonly gzipped: Variant;
}

function fileOf(asset: Asset): File {
  return { asIs: variantOf(asset, false), gzipped: variantOf(asset, true) };
}

function variantOf({ type, body, gzip, etag, isImmutable }: Asset, isGzip: boolean): Variant {
  // Of what is encoded in another way, the tag is another (RFC 9110, 8.8.3).
  const tag = isGzip ? etag.replace(/"$/, '-gzip"') : etag;
  const kept = {
    etag: tag,
    // What is named for its content never changes; all else is asked for anew, and seldom sent.
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    'content-security-policy': contentSecurityPolicy,
  };
  const sent = { ...kept, 'content-type': type, ...(isGzip && { 'content-encoding': 'gzip' }) };
  return { tag, known: ready(304, kept), whole: ready(200, sent, isGzip ? gzip : body) };
}

function choose({ asIs, gzipped }: File, head: RequestHead): ReadyAnswer {
  const { tag, known, whole } = takesGzip(head.header('accept-encoding')) ? gzipped : asIs;
  return isKnown(head.header('if-none-match'), tag) ? known : whole;
}

/** RFC 9110, 12.5.3: named, or covered by a star, and not at weight 0. */
function takesGzip(acceptEncoding: string): boolean {
  if (acceptEncoding === '') return false;
  const codings = new Map(
    acceptEncoding.split(',').map((one) => {
      const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
      return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
    }),
  );
  return codings.get('gzip') ?? codings.get('*') ?? false;
}

/** RFC 9110, 13.1.2: compared weakly. */
function isKnown(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === '') return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
