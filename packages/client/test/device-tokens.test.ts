/** Stories of device tokens: the client keeps them by the typed name, and sends them with the next password. */
import type { DeviceTokens } from '@sallyport/client';
import { describe, expect, it } from 'vitest';
import { DeviceTokensInMemory } from '../src/device-tokens.ts';
import { right } from './network.ts';
import { scriptedServer } from './scripted-server.ts';

const given = (deviceToken: string) => ({ type: 'authenticated', user: 'admin', deviceToken });
const sentTokens = (server: ReturnType<typeof scriptedServer>) =>
  server.received.map(({ message: { deviceToken } }) => deviceToken);

describe('A device token', () => {
  it('is sent with the next password of the session, and a newer one replaces it', async () => {
    const server = scriptedServer();
    server.connect();
    await server.pass();
    for (const token of ['one', 'two']) {
      await server.send(given(token));
      await server.close(1012);
      await server.pass(1_000);
    }
    expect(sentTokens(server)).toEqual([undefined, 'one', 'two']);
  });

  it('is kept under the typed name, in the store of the program', async () => {
    const server = scriptedServer();
    const stored: string[] = [];
    const deviceTokens: DeviceTokens = {
      get: async (user) => `of-${user}`,
      set: (user, token) => void stored.push(`${user} ${token}`),
    };
    const { session } = server.connect({ credentials: { username: 'Admin', password: '1' }, deviceTokens });
    await server.pass();
    await server.send(given('new'));
    expect([session.state, sentTokens(server), stored]).toEqual(['ready', ['of-Admin'], ['Admin new']]);
  });

  it('is sent again with postponed credentials', async () => {
    const server = scriptedServer();
    server.connect({ deviceTokens: { get: () => 'known', set: () => {} } });
    await server.pass();
    await server.send({ type: 'postponed', retryInMs: 2_000 });
    await server.pass(2_000);
    expect(sentTokens(server)).toEqual(['known', 'known']);
  });

  it('is also taken from a renewal', async () => {
    const server = scriptedServer();
    server.connect({ credentials: () => right });
    await server.pass();
    await server.send({ ...given('one'), expiresInMs: 100_000 });
    await server.pass(80_000);
    await server.send({ type: 'refreshed', user: 'admin', expiresInMs: 100_000, deviceToken: 'two' });
    await server.pass(80_000);
    expect(sentTokens(server)).toEqual([undefined, 'one', 'two']);
  });

  it('is not sent with a bearer token', async () => {
    const server = scriptedServer();
    const calls: string[] = [];
    const deviceTokens: DeviceTokens = {
      get: (user) => void calls.push(user) as undefined,
      set: (user) => void calls.push(user),
    };
    server.connect({ credentials: { token: 'abc' }, deviceTokens });
    await server.pass();
    await server.send(given('one'));
    expect([server.received[0]?.message, calls]).toEqual([{ type: 'authenticate', token: 'abc' }, []]);
  });
});

describe('A store of device tokens', () => {
  const failing = () => {
    throw new Error('no such store: one');
  };
  it.each([
    ['throws', { get: failing, set: failing }],
    ['rejects', { get: async () => failing(), set: async () => failing() }],
    ['holds nonsense', { get: () => 5 as never, set: () => {} }],
    ['holds what cannot be a device token', { get: () => 'a\nb'.repeat(10_000), set: () => {} }],
  ])('that %s loses the token, but the sign-in goes on', async (_, deviceTokens) => {
    const server = scriptedServer();
    const { session } = server.connect({ deviceTokens });
    await server.pass();
    await server.send(given('one'));
    expect([session.state, sentTokens(server)]).toEqual(['ready', [undefined]]);
  });

  it('that does not answer delays the sign-in by one second', async () => {
    const server = scriptedServer();
    server.connect({ deviceTokens: { get: () => new Promise(() => {}), set: () => new Promise(() => {}) } });
    await server.pass(999);
    expect(server.received).toHaveLength(0);
    await server.pass(1);
    expect(sentTokens(server)).toEqual([undefined]);
  });

  it('without its methods is a TypeError', () => {
    expect(() => scriptedServer().connect({ deviceTokens: {} as never })).toThrow(TypeError);
  });

  it('in memory keeps one token for each of the last 100 users', () => {
    const store = new DeviceTokensInMemory();
    for (let user = 0; user <= 100; user += 1) store.set(`user ${user}`, 'old');
    store.set('user 1', 'new');
    store.set('one more', 'old');
    expect(['user 0', 'user 1', 'user 2', 'user 3'].map((user) => store.get(user))).toEqual([
      undefined,
      'new',
      undefined,
      'old',
    ]);
  });
});
