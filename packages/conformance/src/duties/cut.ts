/** How a cut looks, from either end. */
import { equal } from 'node:assert/strict';
import type { Stage } from '../kit/stage.ts';
import type { StageClient } from '../kit/stage-client.ts';

/** Seen where a connection ended without a close frame, and never sent (RFC 6455, 7.4.1). */
export const CUT = 1006;

/** Where goodbyes say nothing, a cut looks the same. */
export function expectNoGoodbye({ capabilities }: Stage, { goodbye }: StageClient): void {
  if (capabilities.closeCodes) equal(goodbye, undefined, 'a cut came with a goodbye');
}
