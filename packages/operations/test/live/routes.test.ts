/** Who gets the page of the live view, and who what it shows. */
import { expect, it } from 'vitest';
import { harness } from '../harness.ts';
import { liveHarness } from './live-harness.ts';

const token = '0123456789abcdef';

it('S23: the page of the live view needs no token, and what it shows does', async () => {
  const { signIn, ask } = liveHarness({}, { token });
  signIn('ada');
  expect(await ask('GET', '/')).toMatchObject({ status: 200, content: '<!doctype html>' });
  expect((await ask('GET', '/live-0123456789.js')).status).toBe(200);
  for (const path of ['/live', '/live/sessions/1']) {
    expect((await ask('GET', path)).status).toBe(401);
    expect((await ask('GET', path, { authorization: `Bearer ${token}` })).status).toBe(200);
  }
});

it('S23: another site may link to the live view, and gets nothing that it shows', async () => {
  const { ask } = liveHarness();
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  expect((await ask('GET', '/', foreign)).status).toBe(200);
  expect((await ask('GET', '/live', foreign)).status).toBe(403);
  expect((await ask('GET', 'http://rebound.example/live')).status).toBe(421);
});

it('the page has a strict policy, and only files with a hash in their name may be kept', async () => {
  const { ask } = liveHarness();
  const { headers } = await ask('GET', '/');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('content-security-policy')).not.toContain('unsafe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect((await ask('GET', '/live-0123456789.js')).headers.get('cache-control')).toContain('immutable');
});

it('an app that mounts the handler at a prefix has the page there', async () => {
  const { ask } = liveHarness({}, { prefix: '/admin' });
  const redirect = await ask('GET', '/admin');
  expect([redirect.status, redirect.headers.get('location')]).toEqual([308, '/admin/']);
  expect((await ask('GET', '/admin/')).status).toBe(200);
  expect((await ask('GET', '/admin/live')).status).toBe(200);
  expect((await ask('GET', '/')).status).toBe(404);
});

it('a handler without a live view has none of its paths', async () => {
  const { ask, signIn } = harness();
  signIn('ada');
  for (const path of ['/', '/live', '/live/sessions/1']) expect((await ask('GET', path)).status).toBe(404);
});

it('payloads are shown to requests for this machine only', async () => {
  const { signIn, ask } = liveHarness({ inspectPayloads: true }, { token });
  signIn('ada');
  const headers = { authorization: `Bearer ${token}` };
  for (const host of ['127.0.0.1', '[::1]', 'localhost', 'admin.localhost'])
    expect((await ask('GET', `http://${host}:5679/live/sessions/1`, headers)).status).toBe(200);
  for (const host of ['192.0.2.1', 'localhost.example', 'admin.example', '127.0.0.1.example'])
    expect(await ask('GET', `http://${host}:5679/live/sessions/1`, headers)).toMatchObject({
      status: 403,
      json: { error: { code: 'payloadsOffLoopback' } },
    });
});

it.each(['x', '-1', '1.5', ''])('a number of the last entry that is %j is refused', async (after) => {
  const { signIn, ask } = liveHarness();
  signIn('ada');
  expect((await ask('GET', `/live/sessions/1?after=${after}`)).status).toBe(400);
});
