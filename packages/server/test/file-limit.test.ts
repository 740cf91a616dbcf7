/** S8: how many connections there is room for, by the files that the system allows. */
import { expect, it } from 'vitest';
import { connectionsLimit, findFiles } from '../src/file-limit.ts';
import { Refusal } from '../src/refusal.ts';

it.each([
  [1_024, 30, 819],
  [64, 22, 26],
  [20, 22, 1],
  [1_048_576, 30, 838_860],
  [Number.POSITIVE_INFINITY, 30, Number.POSITIVE_INFINITY],
])('S8: of %d files with %d open there is room for %d', (most, open, connections) => {
  expect(connectionsLimit(undefined, { most, open })).toEqual({ connections });
});

it('S8: whoever asks for so many gets as many, and not more than there can be', () => {
  const files = { most: 1_024, open: 30 };
  expect(connectionsLimit({ value: 978, by: '--max-connections' }, files)).toEqual({ connections: 978 });
  const tooMany = () => connectionsLimit({ value: 979, by: 'SALLYPORT_MAX_CONNECTIONS' }, files);
  expect(tooMany).toThrow(Refusal);
  expect(tooMany).toThrow(
    'SALLYPORT_MAX_CONNECTIONS 979 is too many: this process may open 1024 files, which is enough for 978 connections; raise that (ulimit -n), or ask for less',
  );
});

it('S8: the system says how many there are', () => {
  const { most, open } = findFiles();
  expect(open).toBeGreaterThan(3);
  expect(most).toBeGreaterThan(open);
});
