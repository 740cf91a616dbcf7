/**
 * The traits of a state: what holds in it, as its tags say. Read when a session enters a state and at hand for every message
 * in it; one object for all sessions for which the same holds.
 */
import type { Snapshot } from './engine.ts';

export interface Traits {
  /** What the client sends counts. */
  readonly isListening: boolean;
  /** What the client sends has to wait. */
  readonly isDeferring: boolean;
  /** Somebody is signed in, and the application may talk to them. */
  readonly isOpen: boolean;
  /** Nothing is to come any more. */
  readonly isOver: boolean;
}

const all: readonly Traits[] = Array.from({ length: 16 }, (_, bits) => ({
  isListening: (bits & 1) > 0,
  isDeferring: (bits & 2) > 0,
  isOpen: (bits & 4) > 0,
  isOver: (bits & 8) > 0,
}));

export const beforeTheStart = all[0] as Traits;
/** Of a session that ended without the machine. */
export const afterTheEnd = all[8] as Traits;

export function traitsOf(snapshot: Snapshot): Traits {
  const bits =
    (snapshot.hasTag('listening') ? 1 : 0) +
    (snapshot.hasTag('deferring') ? 2 : 0) +
    (snapshot.hasTag('open') ? 4 : 0) +
    (snapshot.status === 'done' ? 8 : 0);
  return all[bits] as Traits;
}
