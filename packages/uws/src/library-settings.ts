/** Options of uWebSockets.js. Its limits lie above those of the core, so that the core decides. */
import type { Limits } from '@sallyport/core';

export function librarySettings({ messageBytes, credentialBytes, unsentBytes }: Limits) {
  const accepted = Math.max(messageBytes, credentialBytes);
  const largest = accepted + 1_024;
  return {
    compression: 0,
    // Past it the library terminates the connection, and loses the answers to earlier messages of the same read. So it is twice the
    // core's limit. More would let clients that have not signed in hold too much memory.
    maxPayloadLength: Math.min(Math.max(2 * accepted, largest), 2 ** 31 - 1),
    // 0 sets no limit. The library checks it before it adds a message, so one message may exceed it.
    maxBackpressure: unsentBytes + largest < 2 ** 31 ? unsentBytes + largest : 0,
    // The core sends pings. Not 0: the library would then keep the unsent rest after `end` for ever.
    idleTimeout: 960,
    sendPingsAutomatically: false,
  };
}
