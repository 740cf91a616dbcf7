/** The options of the recording. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { errorOf, optionsOf } from './parsed-options.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('SALLYPORT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('nothing is recorded without --record, and then its other options are a mistake', () => {
  expect(optionsOf().recording).toBeUndefined();
  expect(errorOf('--record-user', 'ada')).toBe(
    '--record-user has no effect without a file: add --record FILE',
  );
  expect(errorOf('--record-bytes', '65536')).toContain('--record-bytes has no effect');
  vi.stubEnv('SALLYPORT_RECORD_FILES', '3');
  expect(errorOf()).toContain('SALLYPORT_RECORD_FILES has no effect');
});

it('the file, the user and the bounds come from the options', () => {
  const bounds = ['--record-bytes', '65536', '--record-files', '3'];
  expect(optionsOf('--record', 'file', '--record-user', 'ada', ...bounds).recording).toEqual({
    file: { name: '--record', value: 'file' },
    user: 'ada',
    fileBytes: 65_536,
    files: 3,
  });
  expect(errorOf('--record', 'file', '--record-bytes', '5')).toContain('from 65536 to 999999999');
});
