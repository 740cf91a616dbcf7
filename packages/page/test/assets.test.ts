/** The files of the built pages: what a browser downloads, and how much. */
import { gunzipSync } from 'node:zlib';
import { contentSecurityPolicy, readLiveView, readPage } from '@sallyport/page';
import { describe, expect, it } from 'vitest';

const pages = [
  { name: 'page', files: readPage(), most: 60 },
  { name: 'live', files: readLiveView(), most: 32 },
] as const;

type Files = ReturnType<typeof readPage>;
const textOf = (files: Files, path: string) =>
  new TextDecoder().decode(files.find((asset) => asset.path === path)?.body);

describe.each(pages)('the files of $name', ({ name, files, most }) => {
  it('the page is a document and the script, style and icon that it names', () => {
    const named = [...textOf(files, '/').matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => `/${path}`);
    expect(new Set(files.map(({ path }) => path))).toEqual(new Set(['/', ...named]));
    const kept = files.filter(({ isImmutable }) => isImmutable).map(({ path }) => path.replace(/-.*\./, '.'));
    expect(new Set(kept)).toEqual(new Set([`/${name}.js`, `/${name}.css`]));
  });

  it(`all files of the page together are at most ${most} KiB, gzipped`, () => {
    const sizes = files.map(({ path, gzip }) => [path, gzip.length] as const);
    const all = sizes.reduce((sum, [, size]) => sum + size, 0);
    console.log(`gzipped: ${all} bytes; ${sizes.map(([path, size]) => `${path} ${size}`).join(', ')}`);
    expect(all).toBeLessThanOrEqual(most * 1_024);
  });

  it('each gzipped file of the page unpacks to the plain one', () => {
    for (const { body, gzip } of files) expect(gunzipSync(gzip).equals(body)).toBe(true);
  });

  it('the page has no inline code or style and loads nothing from other origins', () => {
    const html = textOf(files, '/');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/i);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('E25: the page never inserts text as HTML', () => {
    const script = textOf(files, files.find(({ path }) => path.endsWith('.js'))?.path ?? '');
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
    );
  });
});

it('the policy of the page has no unsafe exception', () => {
  expect(contentSecurityPolicy).not.toContain('unsafe');
  expect(contentSecurityPolicy).toContain("default-src 'none'");
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
