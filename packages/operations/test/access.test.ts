/** Which requests the admin handler takes. */
import { describe, expect, it } from 'vitest';
import { harness } from './harness.ts';

const token = 'a-token-of-24-characters';
const bearer = { authorization: `Bearer ${token}` };

describe('with a token', () => {
  it.each(['/sessions', '/metrics', '/channels', '/absent'])('S23: %s needs it', async (path) => {
    const { ask } = harness({ token });
    expect(await ask('GET', path)).toMatchObject({ status: 401, json: { error: { code: 'unauthorized' } } });
    expect((await ask('GET', path)).headers.get('www-authenticate')).toContain('Bearer');
    expect((await ask('GET', path, bearer)).status).toBe(path === '/absent' ? 404 : 200);
  });

  it.each([
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    'Bearer',
    `Basic ${token}`,
    token,
    `Bearer ${token} x`,
  ])('the header %s is refused', async (authorization) => {
    const { ask, sessions, signIn } = harness({ token });
    signIn('ada');
    expect((await ask('DELETE', '/sessions/1', { authorization })).status).toBe(401);
    expect(sessions.size).toBe(1);
  });

  it('the scheme counts in any case, and any host is allowed', async () => {
    const { ask } = harness({ token });
    const headers = { authorization: `bearer ${token}` };
    expect((await ask('GET', 'http://admin.example.org/sessions', headers)).status).toBe(200);
  });

  it('S23: /healthz and /readyz need none', async () => {
    const { ask } = harness({ token });
    for (const path of ['/healthz', '/readyz']) expect((await ask('GET', path)).status).toBe(200);
  });
});

describe('A40, S23: a web page of another site gets nothing, with a token or without', () => {
  it.each<[string, Record<string, string>]>([
    ['a script', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a script of another port', { origin: 'http://127.0.0.1:8000', 'sec-fetch-site': 'same-site' }],
    ['a page from disk', { origin: 'null' }],
    ['an image or a link', { 'sec-fetch-site': 'cross-site' }],
    ['an old browser', { origin: 'http://127.0.0.1:5679.evil.example' }],
  ])('%s', async (_, headers) => {
    const ada = harness();
    ada.signIn('ada');
    expect((await ada.ask('DELETE', '/sessions/1', headers)).status).toBe(403);
    expect((await ada.ask('POST', '/users/ada/revoke', headers)).status).toBe(403);
    expect(ada.sessions.size).toBe(1);
    expect((await harness({ token }).ask('GET', '/sessions', { ...headers, ...bearer })).status).toBe(403);
  });

  it('a page of the handler itself may ask', async () => {
    const headers = { origin: 'http://127.0.0.1:5679', 'sec-fetch-site': 'same-origin' };
    expect((await harness().ask('GET', '/sessions', headers)).status).toBe(200);
  });
});

describe('A48, S23: without a token, a name that could point to this machine is refused', () => {
  it.each([
    ['http://evil.example:5679/sessions', 421],
    ['http://localhost.evil.example/sessions', 421],
    ['http://localhost:5679/sessions', 200],
    ['http://a.localhost/sessions', 200],
    ['http://[::1]:5679/sessions', 200],
    ['http://192.0.2.1/sessions', 200],
  ])('%s is answered %i', async (url, status) => {
    expect((await harness().ask('GET', url)).status).toBe(status);
  });
});
