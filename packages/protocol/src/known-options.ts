/**
 * The check for unknown options, for the public functions of every package. A misspelt option would otherwise have no effect,
 * and the caller would not notice.
 *
 * Proven by: test/known-options.test.ts.
 */
import { UsageError } from './usage-error.ts';

/**
 * Throws a `UsageError` if `options` has an own property that is not in `known`. The error names the known option with the most
 * similar name, or lists all known options if none is similar. A property counts even if its value is undefined.
 *
 * `entry` is the function that takes the options, such as `createSessions`. `prefix` stands before the names of nested options,
 * such as `limits.`. Default: empty.
 */
export function checkKnownOptions(
  entry: string,
  options: object,
  known: readonly string[],
  prefix = '',
): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const similar = mostSimilar(name, known);
    const hint = similar
      ? `did you mean ${prefix}${similar}?`
      : `the options are ${known.map((one) => prefix + one).join(', ')}`;
    throw new UsageError(`${prefix}${name}`, `is not an option of ${entry}; ${hint}`);
  }
}

/** The known name with the fewest edits, case ignored. Undefined if that takes more edits than half the letters. */
function mostSimilar(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.max(name.length, candidate.length) / 2) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/** The number of characters to insert, remove or replace to turn one text into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, at(row, j) + 1, at(next, j - 1) + 1));
    }
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
