/**
 * The command of a binary: its flags, and its help. Both come from the settings (`keys.ts`).
 *
 * It reads no variable and checks no value: `resolve.ts` does. Proven by: test/options.test.ts.
 */
import { Command, Option } from 'commander';
import { version } from '../version.ts';
import { helpText } from './help-text.ts';
import { flagOf, groups, type Key, settings, usageOf, variableOf } from './keys.ts';

/** Flags that are no settings: they name the file, or print something and exit. */
export interface Actions {
  readonly config?: string;
  readonly printConfig?: true;
  readonly check?: true;
}

export function describeCommand({ name, library }: { name: string; library: string }): Command {
  const command = new Command(name)
    .description(`Sallyport on ${library}: authenticated WebSocket sessions, with your app or an echo.`)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help');
  for (const { title, keys } of groups) {
    if (title !== '') command.optionsGroup(title);
    for (const key of keys) command.addOption(optionOf(key));
  }
  return command
    .optionsGroup('Configuration:')
    .option(
      '--config <file>',
      'read the options in this file (JSON); a variable overrides the file, and a flag both (default: sallyport.json, if there is one; env: SALLYPORT_CONFIG)',
    )
    .option('--print-config', 'print every option with its value and its source, and exit')
    .option('--check', 'check options, files, certificate and app, print what is wrong, and exit')
    .addHelpText('after', helpText(name));
}

/** A flag collects its texts. Their form is checked once all sources are known. */
function optionOf(key: Key): Option {
  const option = new Option(usageOf(key), helpOf(key));
  return settings[key].form === 'switch'
    ? option
    : option.argParser((text: string, previous: readonly string[] = []) => [...previous, text]);
}

/** What `--help` says of a setting: its description, default and variable. */
function helpOf(key: Key): string {
  const { description, defaultText, form } = settings[key];
  const variable = `env: ${variableOf(key)}${form === 'switch' ? '=1' : ''}`;
  return `${description} (${defaultText === undefined ? '' : `default: ${defaultText}, `}${variable})`;
}

/** The name that commander derives from a flag is the key. */
export function flagTexts(command: Command): Readonly<Partial<Record<Key, readonly string[] | true>>> {
  const values = command.opts<Partial<Record<string, readonly string[] | true>>>();
  return Object.fromEntries(
    (Object.keys(settings) as Key[]).flatMap((key) => {
      const texts = values[new Option(flagOf(key)).attributeName()];
      return texts === undefined ? [] : [[key, texts] as const];
    }),
  );
}
