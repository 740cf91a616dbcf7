/**
 * Device tokens: a server gives one when it accepts a password, so that it recognises this device while strangers guess at the
 * account. A token is a secret like a password. The client sends it only with the next password of the same user.
 *
 * A store that fails or is slow costs the token, never the sign-in. Proven by: test/device-tokens.test.ts.
 */
import { canBeDeviceToken } from '@sallyport/protocol';
import type { Clock } from './clock.ts';

/** A store of device tokens, one for each user. A program may keep them longer than the session lasts. */
export interface DeviceTokens {
  /** Returns the token that was kept last for this user, or nothing. After 1 s without an answer the client takes nothing. */
  get(user: string): string | undefined | PromiseLike<string | undefined>;
  /** Keeps the token in place of an earlier one of this user. */
  set(user: string, token: string): void | PromiseLike<void>;
}

const ANSWER_MS = 1_000;
const MAX_USERS = 100;

/** Keeps the tokens of the last 100 users, as long as the object lives. */
export class DeviceTokensInMemory implements DeviceTokens {
  readonly #byUser = new Map<string, string>();

  get(user: string): string | undefined {
    return this.#byUser.get(user);
  }

  set(user: string, token: string): void {
    this.#byUser.delete(user);
    const [oldest] = this.#byUser.set(user, token).keys();
    if (oldest !== undefined && this.#byUser.size > MAX_USERS) this.#byUser.delete(oldest);
  }
}

export async function deviceTokenOf(
  store: DeviceTokens,
  user: string,
  clock: Clock,
): Promise<string | undefined> {
  let timer: unknown;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = clock.setTimeout(() => resolve(undefined), ANSWER_MS);
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
