/**
 * Parses the command line, the environment and the file. All options are checked before anything starts.
 *
 * `configuration/` has the settings and their sources. Bad values of any source are a `StartupError` that names all of them. The rules
 * that join several options are in `authentication-options.ts`, `limit-options.ts` and `network-options.ts`.
 * Proven by: test/options.test.ts.
 */
import { type Command, CommanderError } from 'commander';
import { type AdminOptions, adminOptions } from './admin-options.ts';
import { type AuthenticationOptions, authenticationOptions } from './authentication-options.ts';
import { type BrokerOptions, brokerOptions } from './broker.ts';
import { type Actions, describeCommand } from './configuration/command.ts';
import type { LogFormat, LogLevel } from './configuration/keys.ts';
import { printedConfiguration } from './configuration/print.ts';
import { type Configuration, resolveConfiguration } from './configuration/resolve.ts';
import { type LimitOptions, limitOptions } from './limit-options.ts';
import { type NetworkOptions, networkOptions } from './network-options.ts';
import type { OptionValue } from './option-source.ts';
import { type RecordingOptions, recordingOptions } from './recording-options.ts';
import { StartupError } from './startup-error.ts';
import { type WorkersOption, workersOption } from './workers/option.ts';

export type { LogFormat, LogLevel } from './configuration/keys.ts';

export interface Options extends LimitOptions, NetworkOptions, WorkersOption {
  /** Absent: no admin listener. */
  readonly admin?: AdminOptions;
  /** Absent: nothing is recorded. */
  readonly recording?: RecordingOptions;
  /** Redis for the server's own channels. Absent: they are in memory. */
  readonly broker?: BrokerOptions;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Absent: readable lines at a terminal, else JSON. */
  readonly logFormat?: LogFormat;
  readonly allowOrigin: readonly string[];
  /** Whether a sign-in ends the older session of the same user. Default: false. */
  readonly newestSignInWins: boolean;
  /** How the operator gave host and port, for error messages: `--port 80`, `SALLYPORT_PORT=80`. */
  readonly givenAs: { readonly host: string; readonly port: string };
  /** Variables that other software has set and that the server ignores, such as `SALLYPORT_PORT=tcp://…`. Absent: none. */
  readonly ignoredVariables?: readonly string[];
  /** The module with the app. Absent: an echo. */
  readonly app?: OptionValue<string>;
  /** The file with the rules of channels. Absent: no channels, but those of the app or the demo user. */
  readonly channels?: OptionValue<string>;
  /** Absent: only the demo user can sign in, unless the app has an authenticator. */
  readonly authentication?: AuthenticationOptions;
}

/** What the server starts with. */
export interface Start {
  readonly options: Options;
  readonly configuration: Configuration;
}

/** What to do: serve with these options, only check them, or print a text and exit (`--help`, `--version`, `--print-config`). */
export type Parsed = (Start & { readonly isCheck: boolean }) | { readonly print: string };

/** Throws a `StartupError`. `args` are the arguments after the script in `process.argv`. */
export function parseOptions(binary: { name: string; library: string }, args: readonly string[]): Parsed {
  let printed = '';
  const command = describeCommand(binary)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => process.stdout.columns ?? 80,
    });
  // `pnpm start -- --port 6000` passes the dashes on. They have no meaning here: the command takes no operands.
  const words = args[0] === '--' ? args.slice(1) : args;
  try {
    // Help comes before parsing, so that a bad variable does not hide it.
    if (words.includes('--help') || words.includes('-h')) command.help();
    command.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { print: printed };
    throw new StartupError(parseErrorMessage(error, command));
  }
  const configuration = resolveConfiguration(command);
  const options = optionsOf(configuration);
  const { printConfig, check = false } = command.opts<Actions>();
  if (printConfig) return { print: printedConfiguration(configuration) };
  return { options, configuration, isCheck: check };
}

function optionsOf(configuration: Configuration): Options {
  const problems: string[] = [];
  /** Collects what is wrong, so that the operator learns of all conflicts at once. */
  function attempt<T>(read: (configuration: Configuration) => T): T | undefined {
    try {
      return read(configuration);
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  }
  const authentication = attempt(authenticationOptions);
  const limits = attempt(limitOptions);
  const network = attempt(networkOptions);
  const admin = attempt(adminOptions);
  const recording = attempt(recordingOptions);
  const broker = attempt(brokerOptions);
  const workers = attempt(workersOption);
  if (!limits || !network || problems.length > 0) throw new StartupError(problems);
  const app = configuration.given<string>('app');
  const channels = configuration.given<string>('channels');
  const logFormat = configuration.given<LogFormat>('logFormat');
  const { ignoredVariables } = configuration;
  return {
    host: configuration.value('host'),
    port: configuration.value('port'),
    logLevel: configuration.value('logLevel'),
    allowOrigin: configuration.value('allowOrigin'),
    newestSignInWins: configuration.value('newestSignInWins'),
    givenAs: { host: configuration.givenAs('host'), port: configuration.givenAs('port') },
    ...limits,
    ...network,
    ...admin,
    ...recording,
    ...broker,
    ...workers,
    ...(ignoredVariables.length > 0 && { ignoredVariables }),
    ...(app && { app }),
    ...(channels && { channels }),
    ...(logFormat && { logFormat: logFormat.value }),
    ...(authentication && { authentication }),
  };
}

/** Makes one line of commander's message, and adds what to do if it does not say. */
function parseErrorMessage(error: CommanderError, command: Command): string {
  const help = 'see --help';
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\)$/s, ' (did you mean $1)');
  if (error.code === 'commander.excessArguments')
    return `unexpected argument '${command.args[0]}': the command takes only options, such as --port 6000; ${help}`;
  return `${message}; ${help}`;
}
