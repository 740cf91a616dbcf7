/**
 * The text of `--print-config`: each key, its value as in the file, and its source. Secrets are masked.
 *
 * Proven by: test/configuration/print.test.ts.
 */
import { type Key, settings } from './keys.ts';
import { masked } from './masked.ts';
import type { Configuration } from './resolve.ts';

export function printedConfiguration(configuration: Configuration): string {
  const rows = (Object.keys(settings) as Key[]).map((key) => {
    const source = configuration.given(key)?.name ?? 'default';
    const value = configuration.value<unknown>(key);
    return [key, value === undefined ? '-' : JSON.stringify(masked(value)), source] as const;
  });
  const widthOf = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const [keyWidth, valueWidth] = [widthOf(0), widthOf(1)];
  const lines = rows.map(
    ([key, value, source]) => `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${source}\n`,
  );
  return lines.join('');
}
