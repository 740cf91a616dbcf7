/** Stories of device tokens: kept for the user who typed the name, sent with the next password, and never in the way. */
import type { DeviceTokens } from '@sallyport/client';
import { describe, expect, it } from 'vitest';
import { DeviceTokensInMemory } from '../src/device-tokens.ts';
import { right } from './network.ts';
import { scriptedServer } from './scripted-server.ts';

const given = (deviceToken: string) => ({ type: 'authenticated', user: 'admin', deviceToken });
const said = (server: ReturnType<typeof scriptedServer>) =>
  server.heard.map(({ said: { deviceToken } }) => deviceToken);

describe('a device token', () => {
  it('is sent with the next password of the session, and the newest takes the place of an older one', async () => {
    const server = scriptedServer();
    server.connect();
    await server.pass();
    for (const token of ['one', 'two']) {
      await server.say(given(token));
      await server.close(1012);
      await server.pass(1_000);
    }
    expect(said(server)).toEqual([undefined, 'one', 'two']);
  });

  it('is kept under the name that was typed, in the store that the program gives', async () => {
    const server = scriptedServer();
    const stored: string[] = [];
    const deviceTokens: DeviceTokens = {
      get: async (user) => `of-${user}`,
      set: (user, token) => void stored.push(`${user} ${token}`),
    };
    const { session } = server.connect({ credentials: { username: 'Admin', password: '1' }, deviceTokens });
    await server.pass();
    await server.say(given('new'));
    expect([session.state, said(server), stored]).toEqual(['ready', ['of-Admin'], ['Admin new']]);
  });

  it('is sent again with credentials that are postponed', async () => {
    const server = scriptedServer();
    server.connect({ deviceTokens: { get: () => 'known', set: () => {} } });
    await server.pass();
    await server.say({ type: 'postponed', retryInMs: 2_000 });
    await server.pass(2_000);
    expect(said(server)).toEqual(['known', 'known']);
  });

  it('is taken from a renewal too', async () => {
    const server = scriptedServer();
    server.connect({ credentials: () => right });
    await server.pass();
    await server.say({ ...given('one'), expiresInMs: 100_000 });
    await server.pass(80_000);
    await server.say({ type: 'refreshed', user: 'admin', expiresInMs: 100_000, deviceToken: 'two' });
    await server.pass(80_000);
    expect(said(server)).toEqual([undefined, 'one', 'two']);
  });

  it('does not go with a bearer token', async () => {
    const server = scriptedServer();
    const asked: string[] = [];
    const deviceTokens: DeviceTokens = {
      get: (user) => void asked.push(user) as undefined,
      set: (user) => void asked.push(user),
    };
    server.connect({ credentials: { token: 'abc' }, deviceTokens });
    await server.pass();
    await server.say(given('one'));
    expect([server.heard[0]?.said, asked]).toEqual([{ type: 'authenticate', token: 'abc' }, []]);
  });
});

describe('a store of device tokens', () => {
  const failing = () => {
    throw new Error('no such store: one');
  };
  it.each([
    ['throws', { get: failing, set: failing }],
    ['rejects', { get: async () => failing(), set: async () => failing() }],
    ['holds nonsense', { get: () => 5 as never, set: () => {} }],
    ['holds what cannot be a device token', { get: () => 'a\nb'.repeat(10_000), set: () => {} }],
  ])('that %s costs the token, and not the sign-in', async (_, deviceTokens) => {
    const server = scriptedServer();
    const { session } = server.connect({ deviceTokens });
    await server.pass();
    await server.say(given('one'));
    expect([session.state, said(server)]).toEqual(['ready', [undefined]]);
  });

  it('that does not answer is waited for a second', async () => {
    const server = scriptedServer();
    server.connect({ deviceTokens: { get: () => new Promise(() => {}), set: () => new Promise(() => {}) } });
    await server.pass(999);
    expect(server.heard).toHaveLength(0);
    await server.pass(1);
    expect(said(server)).toEqual([undefined]);
  });

  it('that is none is an error of the program', () => {
    expect(() => scriptedServer().connect({ deviceTokens: {} as never })).toThrow(TypeError);
  });

  it('in memory keeps one of each of the last hundred users', () => {
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
