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
/** Calls it as an adapter does, and returns the response that a client sees. */
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
  it('answers 200 ok', async () => {
    const response = request('/healthz');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('ok');
  });

  it('answers 503 while draining', async () => {
    isDraining = true;
    const response = request('/healthz');
    isDraining = false;
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });
});

describe('a request for a host name that is not allowed', () => {
  const ask = (path: string) => fetch(new Request(`http://evil.example:5678${path}`));

  it.each(['/', '/x', script])('A48: gets 421 for %s', async (path) => {
    const response = ask(path);
    expect(response.status).toBe(421);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('host not allowed; see --allow-host\n');
  });

  it('gets the health check', async () => {
    expect(await ask('/healthz').text()).toBe('ok');
  });
});

describe('the page', () => {
  it('is at /, with any query', async () => {
    for (const path of ['/', '/?x']) {
      const response = request(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toContain('<title>Sallyport</title>');
    }
  });

  it.each(page.map(({ path }) => path))('%s has the security headers', (path) => {
    const { headers } = request(path);
    expect(headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('may be cached for ever if its name contains its hash, and is revalidated otherwise', () => {
    expect(request(script).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(request('/').headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['gzip', 'br, gzip;q=0.5', 'GZIP', '*'])(
    'is sent with gzip for Accept-Encoding %s',
    async (encodings) => {
      const response = request('/', 'GET', { 'accept-encoding': encodings });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      expect(response.headers.get('vary')).toBe('accept-encoding');
      const body = Buffer.from(await response.arrayBuffer());
      expect(response.headers.get('content-length')).toBe(String(body.length));
      expect(gunzipSync(body).toString()).toBe(await request('/').text());
    },
  );

  it.each(['', 'identity', 'gzip;q=0', '*;q=0', 'br', 'gzip;q=0.000, *'])(
    'is sent unencoded for Accept-Encoding %j',
    (encodings) => {
      const response = request('/', 'GET', { 'accept-encoding': encodings });
      expect(response.headers.get('content-encoding')).toBeNull();
    },
  );

  it('answers 304 to a client that has the file', async () => {
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

it('answers HEAD as GET without a body', async () => {
  for (const path of ['/', script, '/healthz', '/nowhere']) {
    const [get, head] = [request(path), request(path, 'HEAD')];
    expect(head.status).toBe(get.status);
    expect([...head.headers]).toEqual([...get.headers]);
    expect(await head.text()).toBe('');
  }
});

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('answers 405 to %s', (method) => {
  const response = request('/', method);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

it.each(['/nowhere', '/healthz/', '/HEALTHZ', '//', '/%2e%2e/etc/passwd', '/index.html', '/index.html.gz'])(
  'answers 404 to %s',
  (path) => {
    expect(request(path).status).toBe(404);
  },
);

it('forbids sniffing, framing, caching and scripts for answers that are not the page', () => {
  for (const response of [request('/healthz'), request('/nowhere'), request('/', 'POST')]) {
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
