/**
 * Doubts: sessions of which the node cannot know whether they were revoked, because entries of the log are lost.
 *
 * They are asked about, one after the other, spread over `recheckMs`. One that the authenticator does not say to be valid ends with 4419, and
 * its client may sign in again. Proven by: test/control/doubts.test.ts.
 */
import type { Clock, ControlledSession, ControlledSessions } from '@sallyport/core';

/** How often some of the sessions are asked about. */
const TICK_MS = 1_000;

interface Doubt {
  readonly sessions: ControlledSessions;
  readonly session: ControlledSession;
}

export class Doubts {
  readonly #clock: Clock;
  readonly #recheckMs: number;
  #waiting: Doubt[] = [];
  #perTick = 0;
  #timer: unknown;

  constructor(clock: Clock, recheckMs: number) {
    this.#clock = clock;
    this.#recheckMs = recheckMs;
  }

  /** All sessions that there are now have to be asked about. It starts again for those that wait already. */
  begin(all: Iterable<ControlledSessions>): void {
    this.#waiting = [...all].flatMap((sessions) => sessions.all().map((session) => ({ sessions, session })));
    this.#perTick = Math.ceil((this.#waiting.length * TICK_MS) / this.#recheckMs);
    this.#later();
  }

  close(): void {
    this.#waiting = [];
    this.#clock.clearTimeout(this.#timer);
  }

  #later(): void {
    this.#clock.clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#timer = this.#clock.setTimeout(() => this.#ask(), TICK_MS);
  }

  #ask(): void {
    const some = this.#waiting.splice(0, this.#perTick);
    this.#later();
    for (const { sessions, session } of some) void settle(sessions, session);
  }
}

/** A client that is about to sign in when its turn comes was verified after the loss. */
async function settle(sessions: ControlledSessions, session: ControlledSession): Promise<void> {
  if (session.identity === undefined || session.isEnding) return;
  if (!(await sessions.isStillValid(session))) session.end('expired');
}
