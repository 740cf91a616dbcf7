/**
 * What the operator gave: for each key the source of the highest rank, flag before variable before file, and its value.
 *
 * A source of a lower rank is not read. Proven by: test/options.test.ts, test/configuration/sources.test.ts.
 */
import { dirname, isAbsolute, join } from 'node:path';
import type { ConfigurationFile } from './file.ts';
import { type Key, settings, usageOf, variableOf } from './keys.ts';

/** The texts of one flag, in order: a flag may be repeated. `true`: a switch. */
export type FlagTexts = Readonly<Partial<Record<Key, readonly string[] | true>>>;

/** The value of a key, and where it came from. */
export interface Given {
  readonly value: unknown;
  /** How the operator knows it: `--users`, `SALLYPORT_USERS`, or `users in sallyport.json`. */
  readonly name: string;
  readonly from: 'flag' | 'variable' | 'file';
  /** The text that has the element of a list, for messages. Absent in a file. */
  readonly texts?: readonly string[];
}

/** What a variable gave. Undefined: the variable is not set, or does not count. */
type ReadVariable = (variable: string) => string | undefined;

export function givenValues(
  flags: FlagTexts,
  readVariable: ReadVariable,
  file: ConfigurationFile | undefined,
): ReadonlyMap<Key, Given> {
  const all = new Map<Key, Given>();
  for (const key of Object.keys(settings) as Key[]) {
    const given = ofFlag(key, flags[key]) ?? ofVariable(key, readVariable) ?? ofFile(key, file);
    if (given) all.set(key, given);
  }
  return all;
}

function ofFlag(key: Key, texts: readonly string[] | true | undefined): Given | undefined {
  if (texts === undefined) return undefined;
  const [name = ''] = usageOf(key).split(' ', 1);
  return texts === true ? { value: true, name, from: 'flag' } : { ...parsed(key, texts), name, from: 'flag' };
}

function ofVariable(key: Key, read: ReadVariable): Given | undefined {
  const name = variableOf(key);
  const text = read(name);
  return text === undefined ? undefined : { ...parsed(key, [text]), name, from: 'variable' };
}

function ofFile(key: Key, file: ConfigurationFile | undefined): Given | undefined {
  const value = file?.values[key];
  if (file === undefined || value === undefined) return undefined;
  return {
    value: settings[key].path ? fromFolderOf(file.path, value) : value,
    name: `${key} in ${file.path}`,
    from: 'file',
  };
}

function fromFolderOf(file: string, path: unknown): unknown {
  if (typeof path !== 'string' || path.trim() === '' || isAbsolute(path)) return path;
  return join(dirname(file), path);
}

/** The value of the texts. A text that fits no value stays as it is, and the schema refuses it. */
function parsed(key: Key, all: readonly string[]): Pick<Given, 'value' | 'texts'> {
  const { form } = settings[key];
  const last = all.at(-1) ?? '';
  if (form === 'list') {
    const parts = all.flatMap((text) => text.split(',').map((part) => ({ part: part.trim(), text })));
    return { value: parts.map(({ part }) => part), texts: parts.map(({ text }) => text) };
  }
  if (form === 'number') return { value: /^(0|[1-9]\d*)$/.test(last) ? Number(last) : last, texts: [last] };
  if (form === 'switch') return { value: switchValue(last), texts: [last] };
  return { value: last, texts: [last] };
}

function switchValue(text: string): unknown {
  if (/^\s*(1|true)\s*$/i.test(text)) return true;
  return /^\s*(0|false)\s*$/i.test(text) ? false : text;
}
