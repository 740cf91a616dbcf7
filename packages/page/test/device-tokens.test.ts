/** Device tokens in a browser's storage: kept for each server and user, bounded, and none where the storage is of no use. */
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

it('are kept for one server and one user, and the newest counts', async () => {
  const held = storage();
  const store = deviceTokensIn(() => held, 'http://one/');
  store.set('ada', 'old');
  store.set('ada', 'new');
  store.set('bob', 'his');
  expect([store.get('ada'), store.get('bob'), store.get('eve')]).toEqual(['new', 'his', undefined]);
  expect(deviceTokensIn(() => held, 'http://two/').get('ada')).toBeUndefined();
  expect(deviceTokensIn(() => held, 'http://one/').get('ada')).toBe('new');
});

it('are those of the last twenty users', () => {
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
  'are none where the storage holds %j, and can be kept there then',
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
