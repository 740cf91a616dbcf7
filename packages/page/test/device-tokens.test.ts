/** Device tokens in the storage of a browser: one for each server and user, a limited number, and none if the storage fails. */
import { expect, it } from 'vitest';
import { deviceTokensIn } from '../site/device-tokens.ts';

function storage(first: Record<string, string> = {}) {
  const items = new Map(Object.entries(first));
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

it('the storage keeps the newest device token of each server and user', async () => {
  const held = storage();
  const store = deviceTokensIn(() => held, 'http://one/');
  store.set('ada', 'old');
  store.set('ada', 'new');
  store.set('bob', 'his');
  expect([store.get('ada'), store.get('bob'), store.get('eve')]).toEqual(['new', 'his', undefined]);
  expect(deviceTokensIn(() => held, 'http://two/').get('ada')).toBeUndefined();
  expect(deviceTokensIn(() => held, 'http://one/').get('ada')).toBe('new');
});

it('the storage keeps the device tokens of the last twenty users', () => {
  const held = storage();
  const store = deviceTokensIn(() => held, 'http://one/');
  for (let user = 0; user < 21; user += 1) store.set(`user ${user}`, 'token');
  expect([store.get('user 0'), store.get('user 1'), store.get('user 20')]).toEqual([
    undefined,
    'token',
    'token',
  ]);
});

it.each(['', 'nonsense', '{"ada":"token"}', 'null', '[["ada"],["ada",5],7]'])(
  'a storage with the invalid content %j has no device token and accepts a new one',
  (text) => {
    const store = deviceTokensIn(
      () => storage({ 'sallyport.deviceTokens http://one/': text }),
      'http://one/',
    );
    expect(store.get('ada')).toBeUndefined();
    const held = storage({ 'sallyport.deviceTokens http://one/': text });
    const other = deviceTokensIn(() => held, 'http://one/');
    other.set('ada', 'token');
    expect(other.get('ada')).toBe('token');
  },
);
