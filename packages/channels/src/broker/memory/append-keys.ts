/**
 * The keys of recent appends, and the positions that they got. An append that is sent twice takes effect once.
 *
 * Proven by: test/broker/memory-broker.test.ts, and the stories of `describeBroker`.
 */
import type { Position } from '@sallyport/protocol';

export class AppendKeys {
  readonly #keyMs: number;
  readonly #most: number;
  /** In the order in which they were added, which is the order in which they expire. */
  readonly #positions = new Map<string, { readonly position: Position; readonly until: number }>();

  constructor(keyMs: number, most: number) {
    this.#keyMs = keyMs;
    this.#most = most;
  }

  /** Whether one more fits. To forget an older key early would let its append take effect twice. */
  hasRoom(now: number): boolean {
    this.#purge(now);
    return this.#positions.size < this.#most;
  }

  /** The position of the append that used this key before. */
  positionOf(key: string, now: number): Position | undefined {
    this.#purge(now);
    return this.#positions.get(key)?.position;
  }

  add(key: string, position: Position, now: number): void {
    this.#positions.set(key, { position, until: now + this.#keyMs });
  }

  #purge(now: number): void {
    for (const [key, { until }] of this.#positions) {
      if (until > now) return;
      this.#positions.delete(key);
    }
  }
}

/** One text for a channel, a user and a key. No two of them share one, whatever characters they have. */
export function scopedKey(channel: string, user: string | undefined, key: string): string {
  return JSON.stringify([channel, user ?? null, key]);
}
