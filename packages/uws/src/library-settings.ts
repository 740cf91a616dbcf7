/** What uWebSockets.js is told: limits past the core's, so that the core's decide. */
import type { Limits } from '@sallyport/core';

export function librarySettings({ messageBytes, credentialBytes, unsentBytes }: Limits) {
  const largest = Math.max(messageBytes, credentialBytes) + 1_024;
  return {
    compression: 0,
    maxPayloadLength: Math.min(largest, 2 ** 31 - 1),
    // 0 is none. Checked before a message is added, so that it may be passed by one.
    maxBackpressure: unsentBytes + largest < 2 ** 31 ? unsentBytes + largest : 0,
    // The heartbeat is the core's. Not 0: what remains after `end` is then held for ever if it could not leave at once.
    idleTimeout: 960,
    sendPingsAutomatically: false,
  };
}
