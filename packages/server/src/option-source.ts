/** Options with two sources, a flag and an environment variable: adds them, and reads a value with the name of its source. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { StartupError } from './startup-error.ts';

/** The value of an option, and the name by which the operator gave it. */
export interface OptionValue<T> {
  readonly value: T;
  /** The flag or the variable, for error messages: `--users` or `SALLYPORT_USERS`. */
  readonly name: string;
}

/** Adds an option and its variable: `--max-connections` may also come as `SALLYPORT_MAX_CONNECTIONS`. */
export function addOption<T>(
  command: Command,
  flags: string,
  description: string,
  parse: (text: string, previous: T) => T,
): void {
  const option = new Option(flags, description);
  command.addOption(option.env(variableName(option)).argParser(parse));
}

/** Adds a switch and its variable. Commander would turn it on for any value of the variable, so `isSwitchOn` reads that. */
export function addSwitch(command: Command, flag: string, description: string): void {
  const option = new Option(flag);
  command.addOption(new Option(flag, `${description} (env: ${variableName(option)}=1)`));
}

/** Throws a `StartupError` if the variable is neither 1 or true nor 0, false or empty. */
export function isSwitchOn(command: Command, attribute: string): boolean {
  if (command.getOptionValue(attribute) === true) return true;
  const option = command.options.find((option) => option.attributeName() === attribute);
  const variable = option ? variableName(option) : attribute;
  const value = process.env[variable]?.trim() ?? '';
  if (/^(0|false|)$/i.test(value)) return false;
  if (/^(1|true)$/i.test(value)) return true;
  throw new StartupError(`${variable} must be 1 or 0, not '${value}'`);
}

function variableName(option: Option): string {
  return `SALLYPORT_${(option.long ?? '').slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Makes the parser ignore empty variables. Compose sets a variable to an empty text where the operator left it unset. Call it
 * after all options are added, and before parsing. Returns the names of the variables that it ignores.
 */
export function ignoreEmptyVariables(command: Command): ReadonlySet<string> {
  return ignoreVariables(command, (text) => text.trim() === '');
}

/** Makes the parser ignore the variables whose value this function selects. Returns their names. */
export function ignoreVariables(
  command: Command,
  isIgnored: (text: string, variable: string) => boolean,
): ReadonlySet<string> {
  const ignored = new Set<string>();
  for (const option of command.options as readonly { envVar?: string | undefined }[]) {
    const { envVar } = option;
    const text = envVar === undefined ? undefined : process.env[envVar];
    if (envVar === undefined || text === undefined || !isIgnored(text, envVar)) continue;
    ignored.add(envVar);
    option.envVar = undefined;
  }
  return ignored;
}

/** Returns `undefined` if the operator did not give the option. `attribute` is commander's name of it: `maxConnections`. */
export function optionValue<T>(command: Command, attribute: string): OptionValue<T> | undefined {
  const value = command.getOptionValue(attribute) as T | undefined;
  if (value === undefined) return undefined;
  const { long, envVar } = command.options.find((option) => option.attributeName() === attribute) ?? {};
  const source = command.getOptionValueSource(attribute) === 'env' ? envVar : long;
  return { value, name: source ?? attribute };
}

/** The parser of a text. It rejects a blank one. */
export function nonEmptyText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}
