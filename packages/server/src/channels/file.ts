/**
 * Reads the file of `--channels`, and says all that is wrong with it.
 *
 * Proven by: test/channels/file.test.ts.
 */
import { checkKnownOptions, type UsageError } from '@sallyport/core';
import { safeParse } from 'zod/mini';
import { readJsonFile } from '../json-file.ts';
import type { OptionValue } from '../option-source.ts';
import { StartupError } from '../startup-error.ts';
import type { RulesByPattern } from './rules.ts';
import { allowedFor, channelsSchema, fieldNames } from './schema.ts';

const EXAMPLE = '{ "namespaces": { "room:*": { "subscribe": "*" } } }';

/** Throws a `StartupError` that names every problem of the file. */
export function readChannelsFile({ value: path, name }: OptionValue<string>): RulesByPattern {
  const content = readJsonFile(path, `${name} ${path}`, EXAMPLE);
  // Compiling checks to code pays only for schemas that are used often.
  const { data, error } = safeParse(channelsSchema, content, { jitless: true });
  const problems = [
    ...(error?.issues ?? []).flatMap((issue) => issueProblems(issue, content, path)),
    ...unreadable(content),
  ];
  if (!data || problems.length > 0)
    throw new StartupError(problems.map((problem) => `${name} ${path}: ${problem}`));
  return data.namespaces;
}

type Issue = NonNullable<ReturnType<typeof safeParse<typeof channelsSchema>>['error']>['issues'][number];

function issueProblems(issue: Issue, content: object, file: string): readonly string[] {
  const [key, pattern, field] = issue.path.map(String);
  const at = key === undefined ? '' : named(key, pattern, field);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((unknown) => unknownKey(unknown, at, file));
  if (key === 'namespaces' && pattern === undefined && !('namespaces' in content))
    return [`it must have the key namespaces, such as ${EXAMPLE}`];
  if (issue.code === 'invalid_key') return [`${at} is invalid. ${issue.issues[0]?.message ?? ''}`];
  const given = JSON.stringify(valueAt(content, issue.path));
  if (field !== undefined) return [`${at} is invalid: ${given}. ${allowedFor(field)}`];
  return [`${at} is invalid: ${given}. It must be ${key === 'namespaces' ? 'an object' : 'a text'}.`];
}

/** The key with the most similar name, or all of them. */
function unknownKey(key: string, at: string, file: string): string {
  const known = at === '' ? ['$schema', 'namespaces'] : fieldNames;
  try {
    checkKnownOptions(file, { [key]: true }, known, at === '' ? '' : `${at}.`);
    return '';
  } catch (error) {
    return (error as UsageError).message;
  }
}

/** The schema does not see this key. */
function unreadable(content: object): readonly string[] {
  const { namespaces } = content as { namespaces?: unknown };
  const isThere =
    typeof namespaces === 'object' && namespaces !== null && Object.hasOwn(namespaces, '__proto__');
  return isThere ? [`${named('namespaces', '__proto__')} is invalid. Choose another name.`] : [];
}

function named(key: string, pattern?: string, field?: string): string {
  const namespace = pattern === undefined ? key : `${key}['${pattern}']`;
  return field === undefined ? namespace : `${namespace}.${field}`;
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path
    .slice(0, 3)
    .reduce((value, key) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key], content);
}
