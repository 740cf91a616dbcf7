/** Options that may come by flag or by variable: how they are added, and what to call one to whoever gave it. */
import { type Command, Option } from 'commander';

/** A value, and how it came: `--users`, `SALLYPORT_USERS`. */
export interface Given<T> {
  readonly value: T;
  readonly by: string;
}

/** Adds an option and its variable: `--max-connections` may come as `SALLYPORT_MAX_CONNECTIONS`. */
export function addOption<T>(
  command: Command,
  flags: string,
  description: string,
  parse: (text: string, before: T) => T,
): void {
  command.addOption(withVariable(new Option(flags, description)).argParser(parse));
}

function withVariable(option: Option): Option {
  return option.env(`SALLYPORT_${(option.long ?? '').slice(2).replaceAll('-', '_').toUpperCase()}`);
}

/** Nothing if it was not given. `name` as commander has it: `maxConnections`. */
export function givenOf<T>(command: Command, name: string): Given<T> | undefined {
  const value = command.getOptionValue(name) as T | undefined;
  if (value === undefined) return undefined;
  const { long, envVar } = command.options.find((option) => option.attributeName() === name) ?? {};
  return { value, by: (command.getOptionValueSource(name) === 'env' ? envVar : long) ?? name };
}
