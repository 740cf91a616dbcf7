/** The files of the built page: what a browser downloads, and how much. */
import { gunzipSync } from 'node:zlib';
import { contentSecurityPolicy, readPage } from '@sallyport/page';
import { expect, it } from 'vitest';

const page = readPage();
const textOf = (path: string) => new TextDecoder().decode(page.find((asset) => asset.path === path)?.body);

it('the page is a document and the script, style and icon that it names', () => {
  const named = [...textOf('/').matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => `/${path}`);
  expect(new Set(page.map(({ path }) => path))).toEqual(new Set(['/', ...named]));
  const kept = page.filter(({ isImmutable }) => isImmutable).map(({ path }) => path.replace(/-.*\./, '.'));
  expect(new Set(kept)).toEqual(new Set(['/page.js', '/page.css']));
});

it('all files of the page together are at most 60 KiB, gzipped', () => {
  const sizes = page.map(({ path, gzip }) => [path, gzip.length] as const);
  const all = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(`gzipped: ${all} bytes; ${sizes.map(([path, size]) => `${path} ${size}`).join(', ')}`);
  expect(all).toBeLessThanOrEqual(60 * 1_024);
});

it('each gzipped file of the page unpacks to the plain one', () => {
  for (const { body, gzip } of page) expect(gunzipSync(gzip).equals(body)).toBe(true);
});

it('the page has no inline code or style and loads nothing from other origins', () => {
  const html = textOf('/');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/i);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  expect(contentSecurityPolicy).not.toContain('unsafe');
  expect(contentSecurityPolicy).toContain("default-src 'none'");
});

it('E25: the page never inserts text as HTML', () => {
  const script = textOf(page.find(({ path }) => path.endsWith('.js'))?.path ?? '');
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
});

it('the page shows the demo user as text, and only if the server names one', () => {
  const html = (assets: ReturnType<typeof readPage>) => {
    const document = assets.find(({ path }) => path === '/');
    expect(document && gunzipSync(document.gzip).equals(document.body)).toBe(true);
    return { text: new TextDecoder().decode(document?.body), etag: document?.etag };
  };
  const plain = html(readPage());
  const demo = html(readPage({ demoUser: { username: 'admin', password: '<b>&$1' } }));
  expect(plain.text).toContain('class="demo-user" hidden');
  expect(demo.text).toContain(
    'class="demo-user">Demo user: <code>admin</code>, password <code>&#60;b&#62;&#38;$1</code></p>',
  );
  expect(demo.etag).not.toBe(plain.etag);
});
