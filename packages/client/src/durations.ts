/** The timers of a client's session, and how long those of fixed duration run. `timers.ts` runs them. */

/** Milliseconds. Each timer ends in the fact `<timer>.timedOut`. */
export const durations = {
  /** From the creation of the socket to its `open` event: DNS, TCP, TLS, the upgrade. */
  opening: 15_000,
  /** The server's verdict on the credentials. Longer than the server's own limit of 5 s, so that its answer arrives first. */
  verdict: 10_000,
  /** A session that stays signed in this long counts as working, and earlier failures are forgotten. */
  settling: 10_000,
  /** The server's half of the close handshake. */
  closing: 3_000,
  /** Silence of a server that sends heartbeats. It sends one every 25 s by default. */
  silence: 60_000,
} as const;

/**
 * The verdict, where the upgrade request carries the credentials, in milliseconds. A request without credentials gets none, and the
 * server ends the session at its own limit of 10 s first.
 */
export const VERDICT_ON_REQUEST_MS = 20_000;

/** A timer of the session. The command that starts `retry`, `renewal` or `repeat` (postponed credentials) sets its duration. */
export type Timer = keyof typeof durations | 'retry' | 'renewal' | 'repeat';
