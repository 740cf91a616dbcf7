/** How publications, pages and tops stand to a position. */
import { describe, expect, it } from 'vitest';
import { continues, isAhead, isAt, isNext, isOlder, lastOf, positionOf } from '../../src/machine/places.ts';
import { positionAt, publicationAt } from './sample-facts.ts';

const arrived = (offset: number, epoch = 'one') => ({ epoch, publication: publicationAt(offset) });

describe('places in a log', () => {
  it('the next publication has the next offset, names the last one, and is of the same epoch', () => {
    expect(isNext(arrived(4), positionAt(3))).toBe(true);
    expect(isNext(arrived(1), positionAt(0))).toBe(true);
    expect(isNext(arrived(5), positionAt(3))).toBe(false);
    expect(isNext(arrived(4, 'two'), positionAt(3))).toBe(false);
    expect(isNext({ epoch: 'one', publication: publicationAt(4, { prev: 'x' }) }, positionAt(3))).toBe(false);
  });

  it('an older publication has a lower offset in the same epoch', () => {
    expect(isOlder(arrived(2), positionAt(3))).toBe(true);
    expect(isOlder(arrived(3), positionAt(3))).toBe(false);
    expect(isOlder(arrived(2, 'two'), positionAt(3))).toBe(false);
  });

  it('two positions are the same only if epoch, offset and tag are', () => {
    expect(isAt(positionAt(3), positionAt(3))).toBe(true);
    expect(isAt(positionAt(3, 'two'), positionAt(3))).toBe(false);
    expect(isAt({ ...positionAt(3), tag: 'x' }, positionAt(3))).toBe(false);
    expect(isAhead(positionAt(4), positionAt(3))).toBe(true);
    expect(isAhead(positionAt(4, 'two'), positionAt(3))).toBe(false);
  });

  it('a page continues a position only without a hole, up to the top or to a later page', () => {
    const page = (offsets: number[], top: number, epoch = 'one') => ({
      publications: offsets.map((offset) => publicationAt(offset)),
      top: positionAt(top, epoch),
    });
    expect(continues(page([4, 5], 5), positionAt(3))).toBe(true);
    expect(continues(page([4, 5], 9), positionAt(3))).toBe(true);
    expect(continues(page([], 3), positionAt(3))).toBe(true);
    expect(continues(page([], 4), positionAt(3))).toBe(false);
    expect(continues(page([4, 6], 6), positionAt(3))).toBe(false);
    expect(continues(page([4, 5], 4), positionAt(3))).toBe(false);
    expect(continues(page([4], 4, 'two'), positionAt(3))).toBe(false);
  });

  it('the last of a page is its last publication, or the position before it', () => {
    expect(lastOf([publicationAt(4), publicationAt(5)], positionAt(3))).toEqual(positionAt(5));
    expect(lastOf([], positionAt(3))).toEqual(positionAt(3));
    expect(positionOf('two', publicationAt(7))).toEqual(positionAt(7, 'two'));
  });
});
