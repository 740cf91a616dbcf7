/** Every row of the catalogue is proven at its places, every id in a title has a row, and docs/faults.md shows both. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { document } from '../src/document.ts';
import { covers, findProofs } from '../src/proofs.ts';
import { rows } from '../src/rows/index.ts';
import { redisRows } from '../src/rows/redis.ts';

const proofs = findProofs();

describe('the catalogue of threats', () => {
  it('every row of the catalogue exists once and in order', () => {
    const ids = (letter: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
    expect(rows.map(({ id }) => id)).toEqual([...ids('A', 57), ...ids('E', 75), ...ids('S', 24)]);
  });

  it('every row has a test at every place that it names', () => {
    const missing = rows.flatMap(({ id, at }) => {
      const ofThis = proofs.filter(({ ids }) => ids.includes(id));
      return at.filter((place) => !covers(ofThis, place)).map((place) => `${id} at ${place}`);
    });
    expect(missing).toEqual([]);
  });

  it('every row that no test proves has a reason', () => {
    const silent = rows.filter(
      ({ id, unproven }) => !unproven && !proofs.some(({ ids }) => ids.includes(id)),
    );
    expect(silent).toEqual([]);
  });

  it('every id in a test title has a row', () => {
    const known = new Set<string>(rows.map(({ id }) => id));
    expect(proofs.filter(({ ids }) => ids.some((id) => !known.has(id)))).toEqual([]);
  });

  it('the table of failures in docs/operations/redis.md has a line for each row about Redis, and each is proven on redis-server', () => {
    const text = readFileSync(new URL('../../../docs/operations/redis.md', import.meta.url), 'utf8');
    const [, section = ''] = text.split('## When Redis fails');
    const lines = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    const ids = lines.slice(1).map((line) => line.split('|')[1]?.trim());
    expect(ids).toEqual(redisRows.map(({ id }) => id));
    expect(redisRows.filter(({ at }) => !at.includes('redis'))).toEqual([]);
  });

  it('docs/faults.md shows the catalogue', async () => {
    await expect(document(proofs)).toMatchFileSnapshot('../../../docs/faults.md');
  });
});
