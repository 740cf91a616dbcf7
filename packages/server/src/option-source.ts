/** Options that may come by flag or by variable: how they are added, and what to call one to whoever gave it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Refusal } from './refusal.ts';

/** A value, and how it came: `--users`, `SALLYPORT_USERS`. */
export interface SourcedOption<T> {
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

/** Adds an option that is on or off. By commander's own rule a variable that says 0 would turn it on, so `isOn` reads that. */
export function addSwitch(command: Command, flag: string, description: string): void {
  const option = new Option(flag);
  command.addOption(new Option(flag, `${description} (env: ${variableOf(option)}=1)`));
}

/** Throws a `Refusal` for a variable that says neither. */
export function isOn(command: Command, name: string): boolean {
  if (command.getOptionValue(name) === true) return true;
  const option = command.options.find((option) => option.attributeName() === name);
  const variable = option ? variableOf(option) : name;
  const value = process.env[variable] ?? '';
  if (/^(0|false|)$/i.test(value)) return false;
  if (/^(1|true)$/i.test(value)) return true;
  throw new Refusal(`${variable} must be 1 or 0, not '${value}'`);
}

function withVariable(option: Option): Option {
  return option.env(variableOf(option));
}

function variableOf(option: Option): string {
  return `SALLYPORT_${(option.long ?? '').slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** Nothing if it was not given. `name` as commander has it: `maxConnections`. */
export function givenOf<T>(command: Command, name: string): SourcedOption<T> | undefined {
  const value = command.getOptionValue(name) as T | undefined;
  if (value === undefined) return undefined;
  const { long, envVar } = command.options.find((option) => option.attributeName() === name) ?? {};
  return { value, by: (command.getOptionValueSource(name) === 'env' ? envVar : long) ?? name };
}

/** A value that is a text: as it is, unless it is blank. */
export function someText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}
