/**
 * What the guards of the channel machine ask: how a publication, a page of the log or a top stands to the position of the channel.
 *
 * Proven by: test/machine/places.test.ts.
 */
import type { Position } from '@sallyport/protocol';
import type { StoredPublication } from '../broker/broker.ts';
import { placeOf } from '../position.ts';

interface Arrived {
  readonly epoch: string;
  readonly publication: StoredPublication;
}

interface Page {
  readonly publications: readonly StoredPublication[];
  readonly top: Position;
}

/** Whether both name the same publication of the same log. */
export function isAt(one: Position, other: Position): boolean {
  return one.offset === other.offset && one.tag === other.tag && one.epoch === other.epoch;
}

/** Whether a publication follows this position in the same log. */
export function isNext({ epoch, publication }: Arrived, last: Position): boolean {
  return epoch === last.epoch && placeOf(publication, last) === 'next';
}

/** Whether a publication has a lower offset than this position. Only its tag says whether it is of the same history. */
export function isOlder({ epoch, publication }: Arrived, last: Position): boolean {
  return epoch === last.epoch && publication.offset < last.offset;
}

/** Whether a position has a higher offset than another one of the same epoch. */
export function isAhead(one: Position, other: Position): boolean {
  return one.epoch === other.epoch && one.offset > other.offset;
}

/** Whether the publications of a page follow the position without a hole, up to the top or to the end of the page. */
export function continues({ publications, top }: Page, since: Position): boolean {
  if (top.epoch !== since.epoch) return false;
  let last = since;
  for (const publication of publications) {
    if (placeOf(publication, last) !== 'next') return false;
    last = positionOf(top.epoch, publication);
  }
  return isAt(top, last) || (publications.length > 0 && isAhead(top, last));
}

/** The position of the last publication, or `since` where there is none. */
export function lastOf(publications: readonly StoredPublication[], since: Position): Position {
  const last = publications.at(-1);
  return last ? positionOf(since.epoch, last) : since;
}

/** The position of a publication. */
export function positionOf(epoch: string, { offset, tag }: StoredPublication): Position {
  return { epoch, offset, tag };
}
