/**
 * Device tokens in the browser's local storage: one entry for each server, with the last 20 users. With them a server
 * recognises this browser. Unreadable entries count as none.
 *
 * Proven by: test/device-tokens.test.ts, tests/browser/postponed.test.ts.
 */
import type { DeviceTokens } from '@sallyport/client';

const MOST_USERS = 20;
type Pair = readonly [user: string, token: string];

/** The store of device tokens for the server at `url`. It may throw where storage is disabled; the client ignores that. */
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
