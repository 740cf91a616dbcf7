/**
 * Device tokens of this browser, in its local storage: one entry for each server, with the last 20 users. They outlive the
 * page, so that a server knows this browser again. Where there is no storage, or what is in it cannot be read, there are none.
 *
 * Proven by: test/device-tokens.test.ts, tests/browser/postponed.test.ts.
 */
import type { DeviceTokens } from '@sallyport/client';

const MOST_USERS = 20;
type Pair = readonly [user: string, token: string];

/** `url` is that of the server. What the storage throws, the client takes for no token. */
export function deviceTokensIn(
  storage: () => Pick<Storage, 'getItem' | 'setItem'>,
  url: string,
): DeviceTokens {
  const key = `sallyport.deviceTokens ${url}`;
  const read = () => pairsIn(storage().getItem(key));
  return {
    get: (user) => read().find(([one]) => one === user)?.[1],
    set(user, token) {
      const others = read().filter(([one]) => one !== user);
      storage().setItem(key, JSON.stringify([...others, [user, token]].slice(-MOST_USERS)));
    },
  };
}

function pairsIn(text: string | null): readonly Pair[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isPair) : [];
  } catch {
    return [];
  }
}

function isPair(value: unknown): value is Pair {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
