/**
 * Device tokens: what a server gives with an acceptance, so that it knows this device again while strangers guess at the same
 * account. A token is a secret like a password. It goes out with the next password of the same user, and never elsewhere.
 *
 * A store that fails, or that is slow, costs the token and never the sign-in. Proven by: test/device-tokens.test.ts.
 */
import { canBeDeviceToken } from '@sallyport/protocol';
import type { Clock } from './clock.ts';

/** Where device tokens are kept, one for each user. A program may keep them longer than the session lasts. */
export interface DeviceTokens {
  /** The token that was kept last for this user, or nothing. An answer that takes longer than 1 s counts as nothing. */
  get(user: string): string | undefined | PromiseLike<string | undefined>;
  /** Keeps the token in place of an earlier one of this user. */
  set(user: string, token: string): void | PromiseLike<void>;
}

const PATIENCE_MS = 1_000;
const MOST_USERS = 100;

/** Keeps tokens as long as the object lives: of the last 100 users. */
export class DeviceTokensInMemory implements DeviceTokens {
  readonly #byUser = new Map<string, string>();

  get(user: string): string | undefined {
    return this.#byUser.get(user);
  }

  set(user: string, token: string): void {
    this.#byUser.delete(user);
    const [oldest] = this.#byUser.set(user, token).keys();
    if (oldest !== undefined && this.#byUser.size > MOST_USERS) this.#byUser.delete(oldest);
  }
}

export async function deviceTokenOf(
  store: DeviceTokens,
  user: string,
  clock: Clock,
): Promise<string | undefined> {
  let timer: unknown;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = clock.setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    const token = await Promise.race([store.get(user), tooLate]);
    return typeof token === 'string' && canBeDeviceToken(token) ? token : undefined;
  } catch {
    return undefined;
  } finally {
    clock.clearTimeout(timer);
  }
}

export async function keepDeviceToken(store: DeviceTokens, user: string, token: string): Promise<void> {
  try {
    await store.set(user, token);
  } catch {
    // The next sign-in goes without it.
  }
}
