/** The log of a joined channel: it keeps the last publication only, so that a reader that missed two has lost one. */
import type { ChannelFact } from '@sallyport/channels';
import type { Position } from '@sallyport/protocol';
import { at, type Call, type Joint } from './joint.ts';

/** Publications that the log keeps. */
const HISTORY = 1;

export const topOf = ({ epoch, top }: Joint): Position => at(epoch, top);

/** Whether the log has every publication after this position. */
export const canRead = ({ epoch, top }: Joint, since: Position): boolean =>
  since.epoch === `e${epoch}` && since.offset <= top && since.offset >= top - HISTORY;

/** The positions after `since`, up to `last`. */
export const publicationsAfter = (since: Position, last: Position): Position[] =>
  Array.from({ length: Math.max(0, last.offset - since.offset) }, (_, index) => {
    const offset = since.offset + index + 1;
    return { epoch: since.epoch, offset, tag: `${since.epoch}-${offset}` };
  });

const stored = ({ epoch, offset, tag }: Position) => ({
  offset,
  tag,
  prev: offset === 1 ? '' : `${epoch}-${offset - 1}`,
  json: String(offset),
});

/** The fact that this publication arrived. */
export const heldFact = (one: Position): ChannelFact<never> => ({
  type: 'publication.arrived',
  epoch: one.epoch,
  publication: stored(one),
});

/** A publication takes its place in the log, and is on its way to the server if that follows the channel. */
export function append(joint: Joint): void {
  joint.top += 1;
  if (joint.isFollowed && !joint.isInterrupted) joint.arriving.push(topOf(joint));
}

/** The outcome of a call, now. */
export function outcomeOf(joint: Joint, { type, attempt, since }: Call): ChannelFact<never> {
  const top = topOf(joint);
  if (joint.isInterrupted) return { type: `${type}.failed`, attempt };
  if (type === 'follow' || !since) return { type: 'follow.succeeded', attempt, top };
  if (!canRead(joint, since)) return { type: 'read.lost', attempt, top };
  return { type: 'read.succeeded', attempt, top, publications: publicationsAfter(since, top).map(stored) };
}
