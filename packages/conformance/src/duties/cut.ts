/** A cut, as both ends see it. */
import { equal } from 'node:assert/strict';
import type { Stage } from '../kit/stage.ts';
import type { StageClient } from '../kit/stage-client.ts';

/** The code of a connection that ended without a close frame. It is never sent (RFC 6455, 7.4.1). */
export const CUT = 1006;

/** On a transport without close codes, a cut looks the same as a close. */
export function expectNoCloseFrame({ capabilities }: Stage, { closeFrame }: StageClient): void {
  if (capabilities.closeCodes) equal(closeFrame, undefined, 'a cut came with a close frame');
}
