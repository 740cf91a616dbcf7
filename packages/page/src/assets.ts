/**
 * The files of the two pages from dist/site and dist/live, where `bundle.js` writes them. A server reads them once, at its start.
 *
 * Proven by: test/assets.test.ts.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Bytes in memory that is not shared. As an intersection, so that TypeScript before 5.7 takes the declarations. */
type OwnBytes = Uint8Array & { readonly buffer: ArrayBuffer };

/** One file of the page. */
export interface Asset {
  /** The path of its URL, such as `/` or `/page-0123456789.js`. */
  readonly path: string;
  /** The Content-Type. */
  readonly type: string;
  /** The content, not compressed. */
  readonly body: OwnBytes;
  /** The content, gzipped. */
  readonly gzip: OwnBytes;
  /** The strong ETag of `body`, in quotes. */
  readonly etag: string;
  /** The path contains a hash of the content, so the content of this path never changes. */
  readonly isImmutable: boolean;
}

/** One level above both `src` and `dist`. */
const folderOf = (page: 'site' | 'live') => new URL(`../dist/${page}/`, import.meta.url);

interface File {
  readonly name: string;
  readonly type: string;
  /** Served under a name with a hash of its content. */
  readonly isImmutable?: true;
}

/** `name` is that of the script and the style. */
const filesOf = (name: string): readonly File[] => [
  { name: 'index.html', type: 'text/html; charset=utf-8' },
  { name: `${name}.js`, type: 'text/javascript; charset=utf-8', isImmutable: true },
  { name: `${name}.css`, type: 'text/css; charset=utf-8', isImmutable: true },
  { name: 'icon.svg', type: 'image/svg+xml' },
];

/** What a server can have the page show. */
export interface PageOptions {
  /** A user that everyone may know: the sign-in form shows the name and the password. Default: none. */
  readonly demoUser?: { readonly username: string; readonly password: string };
}

/** The files of the page. Throws if `pnpm build` has not built them. */
export function readPage({ demoUser }: PageOptions = {}): readonly Asset[] {
  return assetsIn('site', filesOf('page'), demoUser);
}

/** The files of the live view, for `createLiveView` of `@sallyport/operations`. Throws if `pnpm build` has not built them. */
export function readLiveView(): readonly Asset[] {
  return assetsIn('live', filesOf('live'), undefined);
}

function assetsIn(
  page: 'site' | 'live',
  files: readonly File[],
  demoUser: PageOptions['demoUser'],
): readonly Asset[] {
  const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folderOf(page))));
  return files.map(({ name, type, isImmutable = false }) => {
    const isChanged = name === 'index.html' && demoUser !== undefined;
    const body = isChanged ? withDemoUser(read(name), demoUser) : read(name);
    const hash = createHash('sha256').update(body).digest('hex');
    const served = isImmutable ? name.replace('.', `-${hash.slice(0, 10)}.`) : name;
    return {
      path: served === 'index.html' ? '/' : `/${served}`,
      type,
      body,
      gzip: isChanged ? new Uint8Array(gzipSync(body, { level: 9 })) : read(`${name}.gz`),
      etag: `"${hash.slice(0, 32)}"`,
      isImmutable,
    };
  });
}

const DEMO_USER = '<p id="demo-user" class="demo-user" hidden></p>';

function withDemoUser(
  html: Uint8Array,
  { username, password }: NonNullable<PageOptions['demoUser']>,
): Uint8Array<ArrayBuffer> {
  const text = `Demo user: <code>${escaped(username)}</code>, password <code>${escaped(password)}</code>`;
  const shown = `<p id="demo-user" class="demo-user">${text}</p>`;
  return new TextEncoder().encode(new TextDecoder().decode(html).replace(DEMO_USER, () => shown));
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
