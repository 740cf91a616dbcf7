/** The last sessions that ended, and why. Proven by: test/live/view.test.ts. */
import type { Ending, Session } from '@sallyport/core';
import { reasons } from '@sallyport/protocol';

/** How a session ended. */
export interface EndedSession {
  readonly id: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** Absent if it never signed in. */
  readonly user?: string;
  readonly address: string;
  /** The label of the reason, as metrics have it. */
  readonly reason: string;
  /** The reason in words. */
  readonly why: string;
  /** The close code; 1006 if there was no close frame. */
  readonly code: number;
  /** Milliseconds from the opening to the end. */
  readonly openMs: number;
}

const MOST = 50;

export class Ends {
  readonly #kept: EndedSession[] = [];

  /** The newest first, 50 at most. */
  get newestFirst(): readonly EndedSession[] {
    return this.#kept.toReversed();
  }

  add({ id, identity, peer }: Session, { reason, code, openMs }: Ending, at: number): EndedSession {
    const { label, text } = reasons[reason];
    const user = identity && { user: identity.user };
    const end = { id, at, ...user, address: peer.address, reason: label, why: text, code, openMs };
    this.#kept.push(end);
    if (this.#kept.length > MOST) this.#kept.shift();
    return end;
  }
}
