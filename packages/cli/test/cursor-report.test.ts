/** Answers of a terminal among the keys that a user types. */
import { emitKeypressEvents, type Key } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { CursorReports } from '../src/cursor-report.ts';

/** The keys that are left, and the columns of the answers. */
function readKeys(input: string, queries: number): { keys: string; columns: number[] } {
  const stream = new PassThrough();
  const reports = new CursorReports();
  const found = { keys: '', columns: [] as number[] };
  emitKeypressEvents(stream);
  stream.on('keypress', (text: string | undefined, key: Key) => {
    const column = reports.take(text, key);
    if (column === undefined) found.keys += key.sequence;
    else if (column !== false) found.columns.push(column);
  });
  for (let query = 0; query < queries; query += 1) reports.asked();
  stream.read(0);
  stream.emit('data', Buffer.from(input));
  return found;
}

it.each([
  ['\u001b[5;3R', 2],
  ['\u001b[12;34R', 33],
  ['\u001b[40;7R', 6],
  ['\u001b[1;160R', 159],
  ['\u001b[123;45R', 44],
])('the answer %j of a terminal is taken out of the keys around it', (answer, column) => {
  expect(readKeys(`a${answer}R2`, 1)).toEqual({ keys: 'aR2', columns: [column] });
});

it('only the answer to the last query counts, and all are taken out', () => {
  expect(readKeys('\u001b[1;10R\u001b[1;20Rx', 2)).toEqual({ keys: 'x', columns: [19] });
});

it('without a query a key that looks like an answer stays a key', () => {
  expect(readKeys('\u001b[1;2R', 0)).toEqual({ keys: '\u001b[1;2R', columns: [] });
});

it('other keys pass while an answer is awaited', () => {
  expect(readKeys('\u001b[Ahello\u001b[1;5D', 1)).toEqual({ keys: '\u001b[Ahello\u001b[1;5D', columns: [] });
});
