/**
 * The flags of a state: what holds in it, by its tags. A session reads them for every message, so they are looked up once
 * for each state that it enters. One object serves all sessions for which the same holds.
 */
import type { Snapshot } from '../machine/engine.ts';

export interface StateFlags {
  /** What the client sends counts. */
  readonly isListening: boolean;
  /** What the client sends has to wait. */
  readonly isDeferring: boolean;
  /** The user is signed in, and the application may send messages. */
  readonly isOpen: boolean;
  /** No further fact is taken. */
  readonly isOver: boolean;
}

const all: readonly StateFlags[] = Array.from({ length: 16 }, (_, bits) => ({
  isListening: (bits & 1) > 0,
  isDeferring: (bits & 2) > 0,
  isOpen: (bits & 4) > 0,
  isOver: (bits & 8) > 0,
}));

export const flagsBeforeStart = all[0] as StateFlags;
/** Of a session that ended without the machine. */
export const flagsWhenEnded = all[8] as StateFlags;

export function flagsOf(snapshot: Snapshot): StateFlags {
  const bits =
    (snapshot.hasTag('listening') ? 1 : 0) +
    (snapshot.hasTag('deferring') ? 2 : 0) +
    (snapshot.hasTag('open') ? 4 : 0) +
    (snapshot.status === 'done' ? 8 : 0);
  return all[bits] as StateFlags;
}
