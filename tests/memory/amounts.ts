/** How much of everything: a quick look unless `FULL=1`, which takes minutes and is what the rows promise. */
const isFull = process.env['FULL'] === '1';

/** Connected and gone again, on each adapter. */
export const connections = isFull ? 100_000 : 6_000;
/** Opened and ended in memory, without a socket. */
export const sessions = isFull ? 1_000_000 : 60_000;
/** Sent at a server by somebody who reads nothing of it. */
export const floodMiB = isFull ? 200 : 32;
/** Timed of users who exist, and as many of users who do not. */
export const refusals = isFull ? 100 : 5;
