/**
 * The files of the page, as `bundle.js` has left them in dist/site; read once, when a server starts.
 *
 * Proven by: test/assets.test.ts.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export interface Asset {
  /** Of its URL: `/`, `/page-0123456789.js`. */
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same, gzipped. */
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Strong, quoted; of the body as it is. */
  readonly etag: string;
  /** Named for its content: what is under this path will never be another. */
  readonly isImmutable: boolean;
}

/** One level above both `src` and `dist`. */
const folder = new URL('../dist/site/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Throws if the page has not been built: `pnpm build`. */
export function readPage(): readonly Asset[] {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.gz'));
  return names.map((name) => {
    const body = read(name);
    return {
      path: name === 'index.html' ? '/' : `/${name}`,
      type: types[name.replace(/.*\./, '')] ?? 'application/octet-stream',
      body,
      gzip: read(`${name}.gz`),
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      isImmutable: /-[0-9a-f]{10}\./.test(name),
    };
  });
}

const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
