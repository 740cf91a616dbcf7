/** The timers of a session that run, and how long each of them does. */
import { repeatMs, retryMs } from './backoff.ts';
import type { Chance, Clock } from './clock.ts';
import type { Command } from './commands.ts';
import type { FactOf } from './facts.ts';
import { durations, RENEWAL_SHARE, type Timer } from './timers.ts';

/** Runtimes keep a delay in 32 bits; a sign-in that lasts longer is renewed then. */
const LONGEST_MS = 2 ** 31 - 1;

export class Timers {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #tell: (fact: FactOf<`${Timer}.timedOut`>) => void;
  readonly #armed = new Map<Timer, unknown>();

  constructor(clock: Clock, chance: Chance, tell: (fact: FactOf<`${Timer}.timedOut`>) => void) {
    this.#clock = clock;
    this.#chance = chance;
    this.#tell = tell;
  }

  /** Starts one, anew if it runs, and says for how long. What never ends needs no timer. */
  arm(command: Extract<Command, { type: 'arm' }>): number {
    const { timer } = command;
    const ms = this.#duration(command);
    this.disarm(timer);
    if (ms === Number.POSITIVE_INFINITY) return ms;
    const ring = () => this.#tell({ type: `${timer}.timedOut` });
    this.#armed.set(timer, this.#clock.setTimeout(ring, Math.min(LONGEST_MS, ms)));
    return ms;
  }

  disarm(timer: Timer): void {
    if (!this.#armed.has(timer)) return;
    this.#clock.clearTimeout(this.#armed.get(timer));
    this.#armed.delete(timer);
  }

  disarmAll(): void {
    for (const timer of [...this.#armed.keys()]) this.disarm(timer);
  }

  #duration(command: Extract<Command, { type: 'arm' }>): number {
    switch (command.timer) {
      case 'retry':
        return retryMs(command.reason, command.failures, this.#chance);
      case 'repeat':
      case 'renewal':
        return 'retryInMs' in command
          ? repeatMs(command.retryInMs, this.#chance)
          : command.expiresInMs * RENEWAL_SHARE;
      default:
        return durations[command.timer];
    }
  }
}
