/**
 * The outcome of each odd input on each transport equals the one in golden/. docs/transports.md lists the differences and their
 * reasons. `-u` writes the golden outcomes and the tables; the prose is written by hand.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differencesOf, reasonOf, reasons, table } from '../src/differences.ts';
import { golden, goldenFile, measure, type Outcomes } from '../src/outcomes.ts';
import { uws, ws } from '../src/transports.ts';

const document = new URL('../../../docs/transports.md', import.meta.url);
/** The outcomes of this run, or the committed ones: uWebSockets.js is not available on every Node. */
const outcomes: { ws?: Outcomes; uws?: Outcomes } = {};

describe('odd input', () => {
  for (const transport of [ws, uws])
    it.skipIf(!transport)(
      `A2, A8, A49, E3, E4, E5, E7, E21: odd input has the outcomes of golden/${transport?.name ?? 'uws'}.json`,
      async () => {
        if (!transport) return;
        const measured = await measure(transport);
        outcomes[transport.name] = measured;
        const text = `${JSON.stringify(measured, undefined, 2)}\n`;
        await expect(text).toMatchFileSnapshot(goldenFile(transport.name).pathname);
      },
      120_000,
    );

  it('the transports differ only for known reasons, and docs/transports.md lists the differences', async () => {
    const differences = differencesOf(outcomes.ws ?? golden('ws'), outcomes.uws ?? golden('uws'));
    expect(differences.filter((one) => !reasonOf(one))).toEqual([]);
    const written = readFileSync(document, 'utf8');
    const marks = [...written.matchAll(/<!-- odd: (.+?) -->/g)].map(([, reason]) => reason);
    expect(marks.toSorted()).toEqual(Object.keys(reasons).toSorted());
    const anew = written.replace(
      /(<!-- odd: (.+?) -->\n)[\s\S]*?(<!-- \/odd -->)/g,
      (_, begin, reason, end) => {
        const ofThis = differences.filter((one) => reasonOf(one) === reason);
        expect(ofThis, `nothing differs by "${reason}" any more`).not.toEqual([]);
        return `${begin}${table(ofThis)}\n${end}`;
      },
    );
    await expect(anew).toMatchFileSnapshot(document.pathname);
  });
});
