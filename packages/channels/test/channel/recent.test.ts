/** What a node remembers of a channel, and the budget that all channels share. */
import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../src/channel/memory-budget.ts';
import { Recent } from '../../src/channel/recent.ts';
import { positionAt, publicationAt } from '../machine/sample-facts.ts';

const limits = { recoveryPublications: 5, recoveryBytes: 1_000, recentMs: 10_000 };

function recent(budget = new MemoryBudget(1_000_000), namespace: object = {}) {
  return new Recent(
    { historySize: 100, historyMs: 60_000, presence: true, publish: true, ...namespace },
    limits,
    budget,
  );
}

const offsets = (found: unknown) =>
  Array.isArray(found) ? found.map((one: { offset: number }) => one.offset) : found;
const pages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => publicationAt(from + index));

describe('recent publications', () => {
  it('they serve every position that they reach, and no other', () => {
    const one = recent();
    for (const publication of pages(1, 3)) one.push(publication, 0);
    const here = positionAt(3);
    expect([0, 1, 2, 3].map((offset) => offsets(one.since(positionAt(offset), here, 0)))).toEqual([
      [1, 2, 3],
      [2, 3],
      [3],
      [],
    ]);
    expect(one.since(positionAt(4), here, 0)).toBe('contradicted');
    expect(one.since(positionAt(2, 'two'), here, 0)).toBe('contradicted');
    expect(one.since({ ...positionAt(2), tag: 'ffffffff' }, here, 0)).toBe('contradicted');
  });

  it('what is older than they are is unknown, until the log was read, and then lost for a while', () => {
    const one = recent();
    one.push(publicationAt(9), 0);
    const here = positionAt(9);
    expect(one.since(positionAt(6), here, 0)).toBe('unknown');
    expect(one.load(pages(8, 9), here, 1_000)).toBe(true);
    expect(one.since(positionAt(6), here, 1_000)).toBe('lost');
    expect(offsets(one.since(positionAt(7), here, 1_000))).toEqual([8, 9]);
    expect(one.since(positionAt(7), here, 11_000)).toBe('unknown');
    expect(offsets(one.since(positionAt(8), here, 11_000))).toEqual([9]);
  });

  it('more than one recovery may have is lost without a read', () => {
    const one = recent();
    expect(one.since(positionAt(3), positionAt(9), 0)).toBe('lost');
    for (const publication of pages(1, 9)) one.push(publication, 0);
    expect(one.tagAt(4)).toBeUndefined();
    expect(offsets(one.since(positionAt(4), positionAt(9), 0))).toEqual([5, 6, 7, 8, 9]);
  });

  it('a log that has another publication at the position contradicts it', () => {
    const one = recent();
    one.push(publicationAt(3), 0);
    expect(one.load([publicationAt(2), publicationAt(3, { tag: 'ffffffff' })], positionAt(3), 0)).toBe(false);
    expect(offsets(one.since(positionAt(2), positionAt(3), 0))).toEqual([3]);
  });

  it('a page that does not reach what is remembered is not taken', () => {
    const one = recent();
    one.push(publicationAt(9), 0);
    expect(one.load(pages(5, 7), positionAt(9), 0)).toBe(true);
    expect(one.since(positionAt(7), positionAt(9), 0)).toBe('lost');
    expect(one.tagAt(7)).toBeUndefined();
  });

  it('publications end with the age of the history', () => {
    const one = recent(undefined, { historyMs: 1_000 });
    one.push(publicationAt(1), 0);
    one.push(publicationAt(2), 600);
    expect(offsets(one.last(5, positionAt(2), 999))).toEqual([1, 2]);
    expect(offsets(one.last(5, positionAt(2), 1_000))).toEqual('unknown');
    one.load(pages(2, 2), positionAt(2), 1_000);
    expect(offsets(one.last(5, positionAt(2), 1_000))).toEqual([2]);
    expect(offsets(one.last(5, positionAt(2), 1_600))).toEqual([]);
  });

  it('a channel without history remembers nothing', () => {
    const budget = new MemoryBudget(1_000);
    for (const namespace of [{ historySize: 0 }, { historyMs: 0 }]) {
      const one = recent(budget, namespace);
      one.push(publicationAt(1), 0);
      expect([one.loadSize, one.tagAt(1), one.last(5, positionAt(1), 0)]).toEqual([0, undefined, []]);
    }
    expect(budget.used).toBe(0);
  });
});

describe('the budget of a node', () => {
  const filled = (budget: MemoryBudget) => {
    const one = recent(budget);
    for (const publication of pages(1, 3)) one.push(publication, 0);
    return one;
  };

  it('bytes are given back, whatever way publications go', () => {
    const budget = new MemoryBudget(1_000_000);
    const one = filled(budget);
    expect(budget.used).toBeGreaterThan(3 * 100);
    one.load(pages(1, 3), positionAt(3), 0);
    for (const publication of pages(4, 20)) one.push(publication, 0);
    one.last(5, positionAt(20), 60_000);
    expect(budget.used).toBe(0);
    const other = filled(budget);
    other.forget();
    other.forget();
    expect(budget.used).toBe(0);
  });

  it('past it, the one that was not used for longest forgets first', () => {
    const budget = new MemoryBudget(1_000);
    const [first, second] = [filled(budget), filled(budget)];
    first.since(positionAt(1), positionAt(3), 0);
    filled(budget);
    expect([first.tagAt(3) !== undefined, second.tagAt(3)]).toEqual([true, undefined]);
  });

  it('one that is larger than the budget remembers nothing, also when it was read', () => {
    const budget = new MemoryBudget(200);
    const one = recent(budget);
    one.push(publicationAt(3), 0);
    one.load(pages(1, 3), positionAt(3), 0);
    expect(budget.used).toBeLessThanOrEqual(200);
    for (const publication of pages(4, 6)) one.push(publication, 0);
    expect(budget.used).toBeLessThanOrEqual(200);
  });
});
