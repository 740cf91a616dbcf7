/**
 * The keys of recent appends, and the positions that they got. An append that is sent twice takes effect once.
 *
 * Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */
import type { Position } from '@sallyport/protocol';

interface Kept {
  readonly position: Position;
  readonly user: string | undefined;
  readonly until: number;
}

export class AppendKeys {
  readonly #limits: { readonly keyMs: number; readonly keys: number; readonly keysPerUser: number };
  /** In the order in which they were added, which is the order in which they expire. */
  readonly #positions = new Map<string, Kept>();
  /** The number of keys of each user. The server itself has no user, and no bound of its own. */
  readonly #ofUsers = new Map<string, number>();

  constructor(limits: { readonly keyMs: number; readonly keys: number; readonly keysPerUser: number }) {
    this.#limits = limits;
  }

  /**
   * Whether one more of this user fits. To forget an older key early would let its append take effect twice. A user has a bound of its own,
   * so that no user takes the room of all.
   */
  hasRoom(user: string | undefined, now: number): boolean {
    this.#purge(now);
    const { keys, keysPerUser } = this.#limits;
    return this.#positions.size < keys && (user === undefined || this.#countOf(user) < keysPerUser);
  }

  /** The position of the append that used this key before. */
  positionOf(key: string, now: number): Position | undefined {
    this.#purge(now);
    return this.#positions.get(key)?.position;
  }

  add(key: string, position: Position, user: string | undefined, now: number): void {
    this.#positions.set(key, { position, user, until: now + this.#limits.keyMs });
    if (user !== undefined) this.#ofUsers.set(user, this.#countOf(user) + 1);
  }

  #countOf(user: string): number {
    return this.#ofUsers.get(user) ?? 0;
  }

  #purge(now: number): void {
    for (const [key, { user, until }] of this.#positions) {
      if (until > now) return;
      this.#positions.delete(key);
      if (user === undefined) continue;
      const count = this.#countOf(user) - 1;
      if (count > 0) this.#ofUsers.set(user, count);
      else this.#ofUsers.delete(user);
    }
  }
}

/** One text for a channel, a user and a key. No two of them share one, whatever characters they have. */
export function scopedKey(channel: string, user: string | undefined, key: string): string {
  return JSON.stringify([channel, user ?? null, key]);
}
