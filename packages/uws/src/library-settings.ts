/** What uWebSockets.js is told: limits past the core's, so that the core's decide. */
import type { Limits } from '@sallyport/core';

export function librarySettings({ messageBytes, credentialBytes, unsentBytes }: Limits) {
  const taken = Math.max(messageBytes, credentialBytes);
  const largest = taken + 1_024;
  return {
    compression: 0,
    // Past it the library cuts, and with it goes what it had not yet sent of the same read: so far above the core's that only
    // who means it gets there. More would let strangers hold too much.
    maxPayloadLength: Math.min(Math.max(2 * taken, largest), 2 ** 31 - 1),
    // 0 is none. Checked before a message is added, so that it may be passed by one.
    maxBackpressure: unsentBytes + largest < 2 ** 31 ? unsentBytes + largest : 0,
    // The heartbeat is the core's. Not 0: what remains after `end` is then held for ever if it could not leave at once.
    idleTimeout: 960,
    sendPingsAutomatically: false,
  };
}
