/** The list of sessions: filters and pages. */
import { expect, it } from 'vitest';
import { harness } from './harness.ts';

it('lists sessions with user, state, address and protocol, and never more', async () => {
  const { connect, signIn, ask } = harness();
  connect('192.0.2.7');
  signIn('ada');
  expect((await ask('GET', '/sessions')).json).toEqual({
    sessions: [
      { id: 1, state: 'authenticating.awaitingCredentials', address: '192.0.2.7', protocol: 'json' },
      { id: 2, state: 'established.steady', user: 'ada', address: '192.0.2.1', protocol: 'json' },
    ],
    matching: 2,
  });
});

it.each([
  ['user=ada', [2, 4]],
  ['user=eve', []],
  ['state=authenticating', [1]],
  ['state=established', [2, 3, 4]],
  ['state=established.steady&user=bob', [3]],
  ['state=auth', []],
  ['address=192.0.2.9', [4]],
  ['limit=2', [1, 2]],
  ['limit=2&after=2', [3, 4]],
  ['limit=1&user=ada&after=2', [4]],
])('?%s lists %j', async (query, ids) => {
  const { connect, signIn, ask } = harness();
  connect();
  signIn('ada');
  signIn('bob');
  signIn('ada', '192.0.2.9');
  const { json } = await ask('GET', `/sessions?${query}`);
  expect(json.sessions.map(({ id }: { id: number }) => id)).toEqual(ids);
});

it('S24: pages reach every session once, also while sessions end and open', async () => {
  const { signIn, ask, sessions } = harness();
  const clients = Array.from({ length: 250 }, (_, index) => signIn(`u${index}`));
  const seen: number[] = [];
  let after: number | undefined = 0;
  while (after !== undefined) {
    const { json } = await ask('GET', `/sessions?limit=100&after=${after}`);
    seen.push(...json.sessions.map(({ id }: { id: number }) => id));
    // The first sessions end, so the sweep moves others to their places.
    for (const client of clients.splice(0, 20)) client.connection.closed();
    after = json.next;
  }
  expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(sessions.size).toBe(190);
});

it.each([
  'limit=0',
  'limit=1001',
  'limit=1e9',
  'limit=-1',
  'limit=',
  'after=x',
  'after=99999999999999999',
  'page=2',
])('S24: the huge or wrong page ?%s is refused, and the message says what is allowed', async (query) => {
  const { status, json } = await harness().ask('GET', `/sessions?${query}`);
  expect(status).toBe(400);
  expect(json.error.message).toMatch(/must be a whole number from|unknown parameter page: give user/);
});
