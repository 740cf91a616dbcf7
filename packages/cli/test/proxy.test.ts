/** `--proxy` and the proxy variables of the environment, with a real proxy that makes tunnels. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { proxyFor } from '../src/connect/proxy.ts';
import { runInProcess } from './in-process.ts';
import { pipe } from './pipe.ts';
import { ServerProcess } from './server-processes.ts';
import { type Tunnel, tunnel } from './tunnel.ts';

const TALK = 'admin:123456\nhello\n';

let server: ServerProcess;
let proxy: Tunnel | undefined;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterEach(() => {
  vi.unstubAllEnvs();
  proxy?.close();
});
afterAll(() => server?.stop());

it('a session goes through the proxy, which gets the host and port of the URL', async () => {
  proxy = await tunnel();
  const { code, stdout } = await pipe(['connect', server.url, '-q', '--proxy', proxy.url], TALK);
  expect([code, stdout]).toEqual([0, 'your submit context: hello\n']);
  expect(proxy.requests).toEqual([{ target: `127.0.0.1:${server.port}`, authorization: undefined }]);
});

it('the proxy gets the name and the password of its URL', async () => {
  proxy = await tunnel();
  const url = proxy.url.replace('//', '//me:se%3Acret@');
  await pipe(['connect', server.url, '-q', '--proxy', url], TALK);
  expect(proxy.requests[0]?.authorization).toBe(`Basic ${Buffer.from('me:se:cret').toString('base64')}`);
});

it.each([
  [407, /the proxy requires a name and a password \(407\)/],
  [403, /the proxy refused the tunnel \(403\)/],
  [502, /the proxy could not reach the server \(502\)/],
])('the error for an answer %i of the proxy names the proxy', async (status, what) => {
  proxy = await tunnel(status);
  const { code, stderr } = await pipe(['connect', server.url, '--proxy', proxy.url], TALK);
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([3, 1]);
  expect(stderr).toMatch(what);
});

it('the error for an unreachable proxy names the proxy', async () => {
  const { url, close } = await tunnel();
  close();
  const { code, stderr } = await pipe(['connect', server.url, '--proxy', url], TALK);
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/the proxy 127\.0\.0\.1:\d+ refused the connection/),
  ]);
});

it.each(['nonsense', 'socks5://127.0.0.1:1080'])('--proxy %s is refused', async (url) => {
  const { code, stderr } = await runInProcess(['connect', server.url, '--proxy', url]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--proxy must be the URL of an HTTP proxy/)]);
});

it('the proxy of the environment is used, as its variables say', () => {
  for (const name of [
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'all_proxy',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'ALL_PROXY',
  ])
    vi.stubEnv(name, undefined);
  const chosen = (url: string, named?: string) => proxyFor(new URL(url), named)?.href;
  expect(chosen('wss://example.org')).toBe(undefined);
  vi.stubEnv('HTTPS_PROXY', 'http://secure.example:3128');
  vi.stubEnv('HTTP_PROXY', 'http://plain.example:3128');
  vi.stubEnv('NO_PROXY', 'inside.example,.lan');
  expect(chosen('wss://example.org')).toBe('http://secure.example:3128/');
  expect(chosen('ws://example.org')).toBe('http://plain.example:3128/');
  expect(chosen('wss://inside.example')).toBe(undefined);
  expect(chosen('wss://x.lan')).toBe(undefined);
  expect(chosen('wss://x.lan', 'http://named.example')).toBe('http://named.example/');
  for (const here of ['ws://127.0.0.1:5678', 'ws://localhost', 'wss://[::1]:1'])
    expect(chosen(here)).toBe(undefined);
});
