/** The timers of a client's session, with how long they run, and why so long. Each ends in the fact `<timer>.timedOut`. */

export const durations = {
  /** From the socket to its opening: DNS, TCP, TLS, the upgrade. */
  opening: 15_000,
  /** Our credentials' verdict. Longer than the server's own 5 s, so that its answer is what is heard. */
  verdict: 10_000,
  /** Signed in for so long, a session counts as one that works, and what failed before is forgotten. */
  settling: 10_000,
  /** The server's half of the close handshake: as long as it waits for ours. */
  closing: 3_000,
} as const;

/** Of these three, what happened says how long. `repeat` runs until postponed credentials are said again. */
export type Timer = keyof typeof durations | 'retry' | 'renewal' | 'repeat';

/** Renewed when four fifths of the sign-in have passed: time enough to fetch and to verify. */
export const RENEWAL_SHARE = 0.8;
