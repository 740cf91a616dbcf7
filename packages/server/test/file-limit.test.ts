/** S8: the number of connections that the limit of open files allows. */
import { expect, it } from 'vitest';
import { connectionsLimit, fileDescriptors } from '../src/file-limit.ts';
import { StartupError } from '../src/startup-error.ts';

it.each([
  [1_024, 30, 819],
  [64, 22, 26],
  [20, 22, 1],
  [1_048_576, 30, 838_860],
  [Number.POSITIVE_INFINITY, 30, Number.POSITIVE_INFINITY],
])('S8: with a limit of %d files and %d open, allows %d connections', (limit, open, connections) => {
  expect(connectionsLimit(undefined, { limit, open })).toEqual({ connections });
});

it('S8: allows the number that the operator sets, and refuses one above the limit of files', () => {
  const files = { limit: 1_024, open: 30 };
  expect(connectionsLimit({ value: 978, name: '--max-connections' }, files)).toEqual({ connections: 978 });
  const tooMany = () => connectionsLimit({ value: 979, name: 'SALLYPORT_MAX_CONNECTIONS' }, files);
  expect(tooMany).toThrow(StartupError);
  expect(tooMany).toThrow(
    'SALLYPORT_MAX_CONNECTIONS 979 is too high: this process may open 1024 files, enough for 978 connections; raise the limit (ulimit -n) or lower the number',
  );
});

it('S8: reads the limit and the number of open files from the system', () => {
  const { limit, open } = fileDescriptors();
  expect(open).toBeGreaterThan(3);
  expect(limit).toBeGreaterThan(open);
});
