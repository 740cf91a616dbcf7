/**
 * The files of the page, as `bundle.js` has left them in dist/site; read once, when a server starts.
 *
 * Proven by: test/assets.test.ts.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Bytes in memory that is not shared. As an intersection, so that TypeScript before 5.7 takes the declarations. */
type OwnBytes = Uint8Array & { readonly buffer: ArrayBuffer };

export interface Asset {
  /** Of its URL: `/`, `/page-0123456789.js`. */
  readonly path: string;
  readonly type: string;
  readonly body: OwnBytes;
  /** The same, gzipped. */
  readonly gzip: OwnBytes;
  /** Strong, quoted; of the body as it is. */
  readonly etag: string;
  /** Named for its content: what is under this path will never be another. */
  readonly isImmutable: boolean;
}

/** One level above both `src` and `dist`. */
const folder = new URL('../dist/site/', import.meta.url);

interface File {
  readonly name: string;
  readonly type: string;
  /** Served under a name made of what is in it. */
  readonly isImmutable?: true;
}

const files: readonly File[] = [
  { name: 'index.html', type: 'text/html; charset=utf-8' },
  { name: 'page.js', type: 'text/javascript; charset=utf-8', isImmutable: true },
  { name: 'page.css', type: 'text/css; charset=utf-8', isImmutable: true },
  { name: 'icon.svg', type: 'image/svg+xml' },
];

/** Throws if the page has not been built: `pnpm build`. */
export function readPage(): readonly Asset[] {
  return files.map(({ name, type, isImmutable = false }) => {
    const body = read(name);
    const hash = createHash('sha256').update(body).digest('hex');
    const served = isImmutable ? name.replace('.', `-${hash.slice(0, 10)}.`) : name;
    return {
      path: served === 'index.html' ? '/' : `/${served}`,
      type,
      body,
      gzip: read(`${name}.gz`),
      etag: `"${hash.slice(0, 32)}"`,
      isImmutable,
    };
  });
}

const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
