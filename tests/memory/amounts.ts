/** The amounts of these tests: small by default. `FULL=1` takes the amounts that docs/faults.md promises, and minutes. */
const isFull = process.env['FULL'] === '1';

/** Connections on each adapter. */
export const connections = isFull ? 100_000 : 6_000;
/** Sessions in memory, without a socket. */
export const sessions = isFull ? 1_000_000 : 60_000;
/** MiB that a client sends without reading. */
export const floodMiB = isFull ? 200 : 32;
/** Timed sign-ins of existing users, and as many of unknown users. */
export const refusals = isFull ? 100 : 5;
/** Subscribers of one channel on each adapter. */
export const subscribers = isFull ? 10_000 : 1_500;
