/**
 * The five timers of a session, each with the fact it ends in (`<timer>.timedOut`), and the set of those that run.
 *
 * What comes round for every session (heartbeat, silence, stalls, late replies) hangs on one sweep and is no timer.
 */
import type { Protocol } from '@sallyport/protocol';
import type { Clock } from './clock.ts';
import type { SessionEnvironment } from './environment.ts';
import type { FactOf } from './facts.ts';

const timedOut = {
  /** From the opening to the acceptance; bytes and pings do not extend it. */
  authentication: { type: 'authentication.timedOut' },
  /** One question to the authenticator. */
  verification: { type: 'verification.timedOut' },
  /** The life of the identity. */
  expiry: { type: 'expiry.timedOut' },
  /** What is left for replies that are owed when the server drains. */
  draining: { type: 'draining.timedOut' },
  /** The client's half of the close handshake (RFC 6455, 7.1.1). */
  closing: { type: 'closing.timedOut' },
} as const;

export type Timer = keyof typeof timedOut;
type TimerFact = FactOf<`${Timer}.timedOut`>;

/** How long a timer runs; of the expiry, the identity knows. */
export function durationOf(
  timer: Exclude<Timer, 'expiry'>,
  environment: SessionEnvironment,
  protocol: Protocol,
): number {
  const { limits, clock, drainDeadline } = environment;
  switch (timer) {
    case 'authentication':
      return limits.authenticationMs ?? protocol.patience.authenticationMs;
    case 'verification':
      return limits.verificationMs;
    case 'draining':
      return Math.max(0, drainDeadline - clock.now());
    case 'closing':
      return limits.closeMs;
  }
}

/** Runtimes keep a delay in 32 bits and fire at once beyond (Node: `TIMEOUT_MAX`); longer ones are armed in parts. */
const LONGEST_MS = 2 ** 31 - 1;

/** Whoever is told: the session. */
export interface Ringing {
  take(fact: TimerFact): void;
}

/** The armed timers of one session. A session holds one of these only while something is armed. */
export class Timers {
  readonly #clock: Clock;
  readonly #owner: Ringing;
  /** Handles of the clock's; a fixed shape, since every sign-in makes one. */
  readonly #armed: Record<Timer, unknown> = {
    authentication: undefined,
    verification: undefined,
    expiry: undefined,
    draining: undefined,
    closing: undefined,
  };
  #size = 0;

  constructor(clock: Clock, owner: Ringing) {
    this.#clock = clock;
    this.#owner = owner;
  }

  get size(): number {
    return this.#size;
  }

  /** Starts one that does not run. */
  arm(timer: Timer, ms: number): void {
    const part = Math.min(ms, LONGEST_MS);
    const ring = () => {
      this.#forget(timer);
      if (part < ms) this.arm(timer, ms - part);
      else this.#owner.take(timedOut[timer]);
    };
    this.#armed[timer] = this.#clock.setTimeout(ring, part);
    this.#size += 1;
  }

  disarm(timer: Timer): void {
    const handle = this.#armed[timer];
    if (handle === undefined) return;
    this.#clock.clearTimeout(handle);
    this.#forget(timer);
  }

  #forget(timer: Timer): void {
    this.#armed[timer] = undefined;
    this.#size -= 1;
  }
}
