/**
 * Positions: how a reader tells the next publication from a duplicate and from a gap.
 *
 * Every publication names its predecessor by tag, so a history that a failover forked shows even where the offsets fit.
 * Proven by: test/position.test.ts.
 */
import type { Position } from '@sallyport/protocol';

/** What a reader needs to know of a publication to place it. */
export interface Placed {
  /** Its number in the channel. */
  readonly offset: number;
  /** Its tag. */
  readonly tag: string;
  /** The tag of the publication before it. Empty for the first. */
  readonly prev: string;
}

/**
 * How a publication stands to a position of the same epoch. `next`: it follows. `duplicate`: the reader has it. `gap`: something is
 * missing between them. `fork`: the two are of different histories. A duplicate below the position itself cannot be told from a fork
 * by its tag, because a position knows only the last tag; the caller who keeps older tags compares those.
 */
export function placeOf(
  publication: Placed,
  last: Pick<Position, 'offset' | 'tag'>,
): 'next' | 'duplicate' | 'gap' | 'fork' {
  if (publication.offset === last.offset + 1) return publication.prev === last.tag ? 'next' : 'fork';
  if (publication.offset === last.offset) return publication.tag === last.tag ? 'duplicate' : 'fork';
  return publication.offset < last.offset ? 'duplicate' : 'gap';
}
