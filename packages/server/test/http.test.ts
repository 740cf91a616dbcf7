import { describe, expect, it } from 'vitest';
import { createFetch } from '../src/http.ts';

let isDraining = false;
const fetch = createFetch(() => isDraining);
const request = (path: string, method = 'GET') =>
  fetch(new Request(`http://gate.example:5678${path}`, { method }));

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

it('/ says what this is, and where to connect', async () => {
  const response = request('/?x');
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain('Sallyport');
  expect(text).toContain('ws://gate.example:5678');
  expect(text).toContain('username:password');
  const secure = fetch(new Request('https://gate.example/'));
  expect(await secure.text()).toContain('wss://gate.example');
});

it('HEAD is GET without a body', async () => {
  for (const path of ['/', '/healthz', '/nowhere']) {
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

it.each(['/nowhere', '/healthz/', '/HEALTHZ', '//', '/%2e%2e/etc/passwd'])('%s is not found', (path) => {
  expect(request(path).status).toBe(404);
});

it('nothing is sniffed, framed, cached or run', () => {
  for (const response of [request('/'), request('/nowhere'), request('/', 'POST')]) {
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
