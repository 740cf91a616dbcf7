/** Options of ws. Its limits lie above those of the core, so that the core decides; features that only cost memory are off. */
import type { Limits } from '@sallyport/core';

export function librarySettings(limits: Limits) {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // ws reads it as a signed 32-bit number.
    maxPayload: Math.min(Math.max(limits.messageBytes, limits.credentialBytes) + 1_024, 2 ** 31 - 1),
    maxFragments: 1_024,
    maxBufferedChunks: 16_384,
    closeTimeout: Math.min(limits.closeMs + 1_000, 2 ** 31 - 1),
  };
}
