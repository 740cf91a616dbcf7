/**
 * Checks the given values against the schema, and says for each bad one which setting it is, where it came from, and what is allowed.
 *
 * Proven by: test/options.test.ts, test/configuration/sources.test.ts.
 */
import { checkKnownOptions, type UsageError } from '@sallyport/core';
import { safeParse } from 'zod/mini';
import type { ConfigurationFile } from './file.ts';
import type { Given } from './given.ts';
import { type Key, settings, usageOf, variableOf } from './keys.ts';
import { masked } from './masked.ts';
import { configurationSchema } from './schema.ts';

/** One line for each bad value. Empty: all are good. */
export function valueProblems(given: ReadonlyMap<Key, Given>): readonly string[] {
  const values = Object.fromEntries([...given].map(([key, { value }]) => [key, value]));
  // Compiling checks to code pays only for schemas that are used often.
  const { error } = safeParse(configurationSchema, values, { jitless: true });
  return (error?.issues ?? []).map(({ path: [name, index], code, message }) => {
    const key = name as Key;
    const at = typeof index === 'number' ? index : 0;
    return problem(key, given.get(key) as Given, at, code === 'custom' ? message : settings[key].allowed);
  });
}

/** One line for each key of the file that the server does not know. */
export function unknownKeys(file: ConfigurationFile | undefined): readonly string[] {
  const known = ['$schema', ...Object.keys(settings)];
  return Object.keys(file?.values ?? {}).flatMap((key) => {
    try {
      checkKnownOptions(file?.path ?? '', { [key]: true }, known);
      return [];
    } catch (error) {
      return [(error as UsageError).message];
    }
  });
}

/** The messages for flags and variables have the words of commander, as those for flags that it does not know. */
function problem(key: Key, { value, name, from, texts }: Given, at: number, allowed: string): string {
  if (from === 'file') return `${name} is invalid: ${JSON.stringify(masked(value))}. ${allowed}`;
  const text = String(masked(texts?.[at] ?? ''));
  if (from === 'flag') return `option '${usageOf(key)}' argument '${text}' is invalid. ${allowed}`;
  if (settings[key].form === 'switch') return `${variableOf(key)} must be 1 or 0, not '${text.trim()}'`;
  return `option '${usageOf(key)}' value '${text}' from env '${name}' is invalid. ${allowed}`;
}
