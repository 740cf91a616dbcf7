/**
 * What the authorizer has allowed one session, as the authorizer itself knows it.
 *
 * A verdict that came too late is noted as if it counted where that only allows more. So a rule is never reported broken wrongly.
 * Proven by: test/planted.test.ts.
 */
import type { ChannelAction } from '@sallyport/channels';

interface Allowed {
  readonly untilMs: number;
}

export class Permissions {
  readonly #now: () => number;
  readonly #allowed = new Map<string, Allowed>();
  readonly #recovery = new Map<string, boolean>();
  /** The time from which on a channel must be silent, because the permission was withdrawn. */
  readonly #withdrawn = new Map<string, number>();
  /** The number of the last question, by channel and action. */
  readonly #questions = new Map<string, number>();

  /** `now` tells simulated milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The authorizer is asked. Returns the number of the question. */
  asked(channel: string, action: ChannelAction): number {
    const key = `${channel} ${action}`;
    const number = (this.#questions.get(key) ?? 0) + 1;
    this.#questions.set(key, number);
    if (action === 'recover') this.#recovery.set(channel, false);
    return number;
  }

  /** The authorizer allows it, until this simulated time. */
  allows(channel: string, action: ChannelAction, untilMs = Number.POSITIVE_INFINITY): void {
    if (action === 'recover') this.#recovery.set(channel, true);
    if (action !== 'subscribe') return;
    const before = this.#allowed.get(channel)?.untilMs ?? 0;
    this.#allowed.set(channel, {
      untilMs: this.#withdrawn.has(channel) ? untilMs : Math.max(before, untilMs),
    });
    this.#withdrawn.delete(channel);
  }

  /** The authorizer denies it, in time. It counts from the next step on, if it is the answer to the last question. */
  denies(channel: string, action: ChannelAction, question: number): void {
    if (action !== 'subscribe' || this.#questions.get(`${channel} ${action}`) !== question) return;
    this.#withdrawn.set(channel, this.#now());
  }

  /** The server itself subscribes the session. */
  grants(channel: string): void {
    this.allows(channel, 'subscribe');
  }

  mayRead(channel: string): boolean {
    const allowed = this.#allowed.get(channel);
    const withdrawn = this.#withdrawn.get(channel) ?? Number.POSITIVE_INFINITY;
    return allowed !== undefined && this.#now() <= allowed.untilMs && this.#now() <= withdrawn;
  }

  mayRecover(channel: string): boolean {
    return this.#recovery.get(channel) === true;
  }

  /** Whether the last question for a recovery was asked and not allowed. */
  wasDeniedRecovery(channel: string): boolean {
    return this.#recovery.get(channel) === false;
  }
}
