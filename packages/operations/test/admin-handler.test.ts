/** The routes of the admin handler. */

import { adminHandler } from '@sallyport/operations';
import { expect, it } from 'vitest';
import { harness } from './harness.ts';

it('DELETE /sessions/ID closes the session with code 1000, and describes it', async () => {
  const { signIn, ask, sessions } = harness();
  const { connection } = signIn('ada');
  signIn('bob');
  const { status, json } = await ask('DELETE', '/sessions/1');
  expect({ status, json }).toMatchObject({ status: 200, json: { closed: { id: 1, user: 'ada' } } });
  expect(connection.recorded.at(-1)).toEqual({ close: 1000, reason: 'closed by the operator' });
  expect(sessions.size).toBe(1);
});

it('S24: a session that has just left is not found, and neither is an id that is no number', async () => {
  const { signIn, ask } = harness();
  signIn('ada').connection.closed();
  for (const id of ['1', '2', 'x', '01', '-1', '1e0', '%00'])
    expect(await ask('DELETE', `/sessions/${id}`)).toMatchObject({
      status: 404,
      json: { error: { code: 'sessionNotFound' } },
    });
});

it('S24: a session whose close is under way stays closing, and is no error', async () => {
  const { signIn, ask } = harness();
  const { connection } = signIn('ada');
  connection.answersClose = false;
  for (let time = 0; time < 2; time += 1)
    expect(await ask('DELETE', '/sessions/1')).toMatchObject({
      status: 200,
      json: { closed: { state: 'closing' } },
    });
  expect(connection.recorded.filter((one) => 'close' in one)).toHaveLength(1);
});

it('POST /users/USER/revoke ends all sessions of the user with code 4403, also of a name that a URL encodes', async () => {
  const { signIn, ask, sessions } = harness();
  const { connection } = signIn('ada/ä b');
  signIn('ada/ä b');
  signIn('bob');
  const { json } = await ask('POST', `/users/${encodeURIComponent('ada/ä b')}/revoke`);
  expect(json).toEqual({ user: 'ada/ä b', revoked: 2, outcome: 'everywhere' });
  expect(connection.recorded.at(-1)).toMatchObject({ close: 4403 });
  expect([...sessions].map(({ identity }) => identity?.user)).toEqual(['bob']);
  expect((await ask('POST', '/users/nobody/revoke')).json).toEqual({
    user: 'nobody',
    revoked: 0,
    outcome: 'everywhere',
  });
});

it.each([
  ['GET', '/', 404, 'notFound'],
  ['GET', '/sessions/', 404, 'notFound'],
  ['GET', '/sessions/1/more', 404, 'notFound'],
  ['GET', '/users//revoke', 404, 'notFound'],
  ['GET', '/__proto__', 404, 'notFound'],
  ['GET', '/sessions/1', 405, 'methodNotAllowed'],
  ['GET', '/users/ada/revoke', 405, 'methodNotAllowed'],
  ['POST', '/sessions', 405, 'methodNotAllowed'],
  ['POST', '/users/%E0%A4%A/revoke', 400, 'badRequest'],
])('%s %s is answered %i %s', async (method, path, status, code) => {
  expect(await harness().ask(method, path)).toMatchObject({ status, json: { error: { code } } });
});

it('no answer may be kept or run by a browser', async () => {
  for (const path of ['/sessions', '/metrics', '/healthz', '/absent']) {
    const { headers } = await harness().ask('GET', path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.has('access-control-allow-origin')).toBe(false);
  }
});

it('an error of a metric is a fault, and the client gets 500 without its text', async () => {
  const faults: unknown[] = [];
  const error = new Error('secret');
  const broken = { ...harness().metrics, text: () => Promise.reject(error) };
  const { ask } = harness({ metrics: broken, onFault: (fault) => faults.push(fault) });
  const { status, content } = await ask('GET', '/metrics');
  expect({ status, faults }).toEqual({ status: 500, faults: [error] });
  expect(content).not.toContain('secret');
});

it('a handler that an app mounts at a prefix answers only below it', async () => {
  const { ask } = harness({ prefix: '/admin' });
  expect((await ask('GET', '/admin/sessions')).status).toBe(200);
  for (const path of ['/sessions', '/admin', '/administration/sessions'])
    expect((await ask('GET', path)).status).toBe(404);
});

it.each([
  [{ token: 'short' }, 'token must have 16 characters or more'],
  [{ token: 'a token with some spaces' }, 'token must have 16'],
  [{ prefix: 'admin' }, 'prefix must be a path such as /admin'],
  [{ tokens: 'x' }, 'did you mean token?'],
])('the wrong option %j is a mistake of the caller', (options, message) => {
  expect(() => adminHandler({ sessions: harness().sessions, ...options })).toThrow(message);
});
