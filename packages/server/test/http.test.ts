import { gunzipSync } from 'node:zlib';
import { contentSecurityPolicy, readPage } from '@sallyport/page';
import { describe, expect, it } from 'vitest';
import { createReady } from '../src/http.ts';

let isDraining = false;
const page = readPage();
const ready = createReady({
  isDraining: () => isDraining,
  answersTo: (host) => host !== 'evil.example:5678',
  page,
});
/** As an adapter asks, and what a client sees of it. */
function fetch({ method, url, headers }: Request): Response {
  const header = (name: string) => (name === 'host' ? new URL(url).host : (headers.get(name) ?? ''));
  const answer = ready({ method, target: url.slice(new URL(url).origin.length), header });
  const length = answer.body && { 'content-length': String(answer.body.length) };
  const all = new Headers(
    [...answer.headers, ...Object.entries(length ?? {})].map(([name, value]) => [name, value]),
  );
  return new Response(method === 'HEAD' ? null : (answer.body ?? null), {
    status: answer.status,
    headers: all,
  });
}
const request = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
  fetch(new Request(`http://gate.example:5678${path}`, { method, headers }));
const script = page.find(({ type }) => type.startsWith('text/javascript'))?.path ?? '';

describe('/healthz', () => {
  it('is well', async () => {
    const response = request('/healthz');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('ok');
  });

  it('is not while draining', async () => {
    isDraining = true;
    const response = request('/healthz');
    isDraining = false;
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });
});

describe('a host that the server does not answer to', () => {
  const ask = (path: string) => fetch(new Request(`http://evil.example:5678${path}`));

  it.each(['/', '/x', script])('A48: gets nothing of %s', async (path) => {
    const response = ask(path);
    expect(response.status).toBe(421);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('host not allowed; see --allow-host\n');
  });

  it('is told whether the server is well', async () => {
    expect(await ask('/healthz').text()).toBe('ok');
  });
});

describe('the page', () => {
  it('is at /, whatever is asked of it', async () => {
    for (const path of ['/', '/?x']) {
      const response = request(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toContain('<title>Sallyport</title>');
    }
  });

  it.each(page.map(({ path }) => path))('%s may do what its policy says, and no more', (path) => {
    const { headers } = request(path);
    expect(headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('is kept for good where it is named for its content, and asked for anew elsewhere', () => {
    expect(request(script).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(request('/').headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['gzip', 'br, gzip;q=0.5', 'GZIP', '*'])('comes gzipped to who takes %s', async (encodings) => {
    const response = request('/', 'GET', { 'accept-encoding': encodings });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('accept-encoding');
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(body.length));
    expect(gunzipSync(body).toString()).toBe(await request('/').text());
  });

  it.each(['', 'identity', 'gzip;q=0', '*;q=0', 'br', 'gzip;q=0.000, *'])(
    'comes as it is to who takes %j',
    (encodings) => {
      const response = request('/', 'GET', { 'accept-encoding': encodings });
      expect(response.headers.get('content-encoding')).toBeNull();
    },
  );

  it('is not sent again to who has it', async () => {
    for (const encodings of ['gzip', 'identity']) {
      const headers = { 'accept-encoding': encodings };
      const etag = request('/', 'GET', headers).headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]+"$/);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const response = request('/', 'GET', { ...headers, 'if-none-match': known });
        expect([response.status, await response.text()]).toEqual([304, '']);
        expect(response.headers.get('etag')).toBe(etag);
      }
      expect(request('/', 'GET', { ...headers, 'if-none-match': '"other"' }).status).toBe(200);
    }
  });
});

it('HEAD is GET without a body', async () => {
  for (const path of ['/', script, '/healthz', '/nowhere']) {
    const [get, head] = [request(path), request(path, 'HEAD')];
    expect(head.status).toBe(get.status);
    expect([...head.headers]).toEqual([...get.headers]);
    expect(await head.text()).toBe('');
  }
});

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not allowed', (method) => {
  const response = request('/', method);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

it.each(['/nowhere', '/healthz/', '/HEALTHZ', '//', '/%2e%2e/etc/passwd', '/index.html', '/index.html.gz'])(
  '%s is not found',
  (path) => {
    expect(request(path).status).toBe(404);
  },
);

it('of what is no page nothing is sniffed, framed, cached or run', () => {
  for (const response of [request('/healthz'), request('/nowhere'), request('/', 'POST')]) {
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
