/**
 * The flags of a state, from its tags. A session reads them for every message, so it looks them up once for each state. All
 * sessions share the objects.
 */
import type { Snapshot } from '../machine/engine.ts';

export interface StateFlags {
  /** Messages of the client are read. */
  readonly isListening: boolean;
  /** Messages of the client wait. */
  readonly isDeferring: boolean;
  /** The client is signed in, and the application may send messages. */
  readonly isOpen: boolean;
  /** A message of the client is delivered without a step of the machine. */
  readonly isDirect: boolean;
  /** Only requests of the client are read, to refuse or cancel them. */
  readonly isRefusing: boolean;
  /** The session has ended and takes no fact. */
  readonly hasEnded: boolean;
}

const all: readonly StateFlags[] = Array.from({ length: 64 }, (_, bits) => ({
  isListening: (bits & 1) > 0,
  isDeferring: (bits & 2) > 0,
  isOpen: (bits & 4) > 0,
  hasEnded: (bits & 8) > 0,
  isRefusing: (bits & 16) > 0,
  isDirect: (bits & 32) > 0,
}));

export const flagsBeforeStart = all[0] as StateFlags;
/** The flags of a session that ended by an error of the machine. */
export const flagsWhenEnded = all[8] as StateFlags;

/** `isDirect` comes from the engine and its observers, because no tag tells it. */
export function flagsOf(snapshot: Snapshot, isDirect: boolean): StateFlags {
  const bits =
    (snapshot.hasTag('listening') ? 1 : 0) +
    (snapshot.hasTag('deferring') ? 2 : 0) +
    (snapshot.hasTag('open') ? 4 : 0) +
    (snapshot.status === 'done' ? 8 : 0) +
    (snapshot.hasTag('refusing') ? 16 : 0) +
    (isDirect ? 32 : 0);
  return all[bits] as StateFlags;
}
