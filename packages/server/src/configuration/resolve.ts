/**
 * The resolved configuration: the value of each key, and its source. It reads flags, environment and file, and checks all values.
 *
 * Proven by: test/options.test.ts, test/configuration/sources.test.ts.
 */
import type { Command } from 'commander';
import type { OptionValue } from '../option-source.ts';
import { StartupError } from '../startup-error.ts';
import { type Actions, flagTexts } from './command.ts';
import { readConfigurationFile } from './file.ts';
import { withoutBrackets } from './formats.ts';
import { type Given, givenValues } from './given.ts';
import { type Key, settings, variableOf } from './keys.ts';
import { unknownKeys, valueProblems } from './problems.ts';

export class Configuration {
  /** Variables that are set to an empty text. They count as unset: Compose sets one so where the operator left it unset. */
  readonly emptyVariables: ReadonlySet<string>;
  /** Variables of other software. */
  readonly ignoredVariables: readonly string[];
  /** The path of the file that was read. */
  readonly file: string | undefined;
  readonly #given: ReadonlyMap<Key, Given>;

  constructor(
    given: ReadonlyMap<Key, Given>,
    file: string | undefined,
    emptyVariables: ReadonlySet<string>,
    ignoredVariables: readonly string[],
  ) {
    this.#given = given;
    this.file = file;
    this.emptyVariables = emptyVariables;
    this.ignoredVariables = ignoredVariables;
  }

  /** Returns `undefined` if the operator did not give the key. The schema has checked that the value is a `T`. */
  given<T>(key: Key): OptionValue<T> | undefined {
    const given = this.#given.get(key);
    if (given === undefined) return undefined;
    const value =
      key === 'host' || key === 'adminHost' ? withoutBrackets(given.value as string) : given.value;
    return { value: value as T, name: given.name };
  }

  /** The value that the operator gave, or the default. */
  value<T>(key: Key): T {
    return (this.given<T>(key)?.value ?? settings[key].defaultValue) as T;
  }

  /** How the operator gave the value, for messages: `--port 80`, `SALLYPORT_PORT=80`. */
  givenAs(key: Key): string {
    const value = String(this.value(key));
    const given = this.#given.get(key);
    if (given?.from === 'variable') return `${given.name}=${value}`;
    return given?.from === 'file' ? `${given.name} (${value})` : `--${key} ${value}`;
  }
}

/** Throws a `StartupError` that names every bad value. `command` has parsed the flags. */
export function resolveConfiguration(command: Command): Configuration {
  const names = (Object.keys(settings) as Key[]).map(variableOf);
  const isEmpty = (variable: string) => process.env[variable]?.trim() === '';
  const emptyVariables = new Set([...names, CONFIG_VARIABLE].filter(isEmpty));
  const ignored = names.filter((variable) => isServiceAddress(process.env[variable] ?? '', variable));
  const readVariable = (variable: string) =>
    emptyVariables.has(variable) || ignored.includes(variable) ? undefined : process.env[variable];
  const file = readConfigurationFile(fileOf(command, readVariable(CONFIG_VARIABLE)));
  const given = givenValues(flagTexts(command), readVariable, file);
  const problems = [...valueProblems(given), ...unknownKeys(file)];
  if (problems.length > 0) throw new StartupError(problems);
  return new Configuration(given, file?.path, emptyVariables, ignored);
}

const CONFIG_VARIABLE = 'SALLYPORT_CONFIG';

function fileOf(command: Command, variable: string | undefined) {
  const { config } = command.opts<Actions>();
  if (config !== undefined) return { path: config, name: '--config' };
  return variable === undefined ? undefined : { path: variable, name: CONFIG_VARIABLE };
}

/**
 * Kubernetes sets SALLYPORT_PORT=tcp://10.0.0.7:5678 in each pod if a Service has the name `sallyport`, and SALLYPORT_ADMIN_PORT if one has
 * the name `sallyport-admin`.
 */
function isServiceAddress(text: string, variable: string): boolean {
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}
