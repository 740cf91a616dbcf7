/**
 * Options: what the command line and the environment ask for, checked in full before anything is started.
 *
 * A flag beats its variable. Every option has both, and a bad value of either is a refusal that names it. Those of who
 * may enter are in `entry-options.ts`, limits in `limit-options.ts`,
 * TLS and proxies in `transit-options.ts`. Proven by: test/options.test.ts.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  type AuthenticationOptions,
  addAuthenticationOptions,
  authenticationOptions,
} from './authentication-options.ts';
import { addLimitOptions, type LimitOptions, limitOptions } from './limit-options.ts';
import { addNetworkOptions, type NetworkOptions, networkOptions } from './network-options.ts';
import { isOn } from './option-source.ts';
import { Refusal } from './refusal.ts';
import { version } from './version.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

interface Values {
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly allowOrigin: readonly string[];
}

export interface Options extends Values, LimitOptions, NetworkOptions {
  /** Whether a user's sign-in ends the session that the same user had. */
  readonly newestSignInWins: boolean;
  /** How host and port were given, for whoever has to say that they will not do: `--port 80`, `SALLYPORT_PORT=80`. */
  readonly given: { readonly host: string; readonly port: string };
  /** Who may enter; if nobody has said, the demo user. */
  readonly authentication?: AuthenticationOptions;
}

/** What to do: serve, or only print a text (`--help`, `--version`). */
export type Parsed = { readonly options: Options } | { readonly print: string };

/** Throws a `Refusal`. `args` is what follows the script in `process.argv`. */
export function parseOptions(binary: { name: string; library: string }, args: readonly string[]): Parsed {
  let printed = '';
  const command = describe(binary)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => process.stdout.columns ?? 80,
    });
  // `pnpm start -- --port 6000` hands the dashes on. There are no operands that they could protect.
  const words = args[0] === '--' ? args.slice(1) : args;
  try {
    // Before the rest is read: whoever asks for help may have a variable to mend.
    if (words.includes('--help') || words.includes('-h')) command.help();
    command.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { print: printed };
    throw new Refusal(sentence(error, command));
  }
  const { host, port, logLevel, allowOrigin } = command.opts<Values>();
  const given = { host: asGiven(command, 'host'), port: asGiven(command, 'port') };
  const authentication = authenticationOptions(command);
  const newestSignInWins = isOn(command, 'newestSignInWins');
  const form = { ...limitOptions(command), ...networkOptions(command), newestSignInWins };
  const options = { host, port, logLevel, allowOrigin, given, ...form };
  return { options: { ...options, ...(authentication && { authentication }) } };
}

function describe({ name, library }: { name: string; library: string }): Command {
  const command = new Command(name)
    .description(`Sallyport on ${library}: an authenticated gate for WebSockets, with an echo behind it.`)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addOption(
      new Option('--host <address>', 'listen on this address, or this name, of this machine')
        .default('127.0.0.1', '127.0.0.1')
        .env('SALLYPORT_HOST')
        .argParser(hostOf),
    )
    .addOption(
      new Option('--port <number>', 'listen on this port; 0 picks a free one and prints it')
        .default(5678)
        .env('SALLYPORT_PORT')
        .argParser(portOf),
    )
    .addOption(
      new Option('--log-level <level>', 'log this and what is worse')
        .choices(logLevels)
        .default('info', 'info')
        .env('SALLYPORT_LOG_LEVEL'),
    )
    .addOption(
      new Option(
        '--allow-origin <origin>',
        'let in web pages of this origin too, such as https://app.example.org; repeat it, or separate by commas, for more',
      )
        .default([], "only pages of this server's own host")
        .env('SALLYPORT_ALLOW_ORIGIN')
        .argParser(originsOf),
    );
  return addLimitOptions(addNetworkOptions(addAuthenticationOptions(command))).addHelpText(
    'after',
    `
A flag beats its environment variable.

Who may enter is said by --users, or by a key for tokens, or by both. If nothing
is said, the one user is admin with the password 123456, which everybody knows;
then it listens only where nobody but this machine can connect: on loopback
addresses. On other addresses passwords and tokens have to be encrypted on the
way: by --tls-cert and --tls-key, or by a proxy in front that terminates TLS and
that --trusted-proxy names; --insecure does without.

Examples:
  ${name}
  ${name} --port 6000 --log-level debug
  SALLYPORT_PORT=0 ${name} --allow-origin https://app.example.org
  htpasswd -cB users ada && ${name} --users users
  ${name} --users users --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem

Logs go to standard output: lines of JSON, or lines for reading on a terminal.
Lines that nobody reads, or that a full disk does not take, are left out and
counted (log.dropped), and it serves on.

A server that only this machine reaches answers to addresses, to localhost and
to the names of --allow-host. A web page cannot reach it by letting its own name
point to this machine (DNS rebinding): the answer to such a name is 421.

Ctrl-C (SIGINT), SIGTERM or SIGHUP stops it gently: what was accepted is
answered, clients are told to come back (1012), and within 10 seconds all is
over. A second one stops it at once.

Exit codes: 0 stopped gently, 1 a fault of the server, 2 cannot start as asked,
129, 130 or 143 stopped at once.`,
  );
}

function hostOf(text: string): string {
  // The brackets that an IPv6 address has in a URL.
  const host = /^\[(.*:.*)\]$/.exec(text)?.[1] ?? text;
  if (!/^[^\s/[\]@]+$/.test(host) || /^[^:]*:[^:]*$/.test(host))
    throw new InvalidArgumentError('It must be one address or name, without a port, such as 127.0.0.1.');
  return host;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535))
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535, such as 5678.');
  return port;
}

function originsOf(text: string, before: readonly string[]): readonly string[] {
  return [...before, ...text.split(',').map((origin) => originOf(origin.trim()))];
}

/** Origins are compared as browsers send them (RFC 6454, 6.2), so what no browser sends is a mistake. */
function originOf(text: string): string {
  // What pages without an origin of their own send, and pages opened from disk.
  if (text === 'null') return text;
  const origin = text.includes('*') ? undefined : parsedOrigin(text);
  if (origin === text) return text;
  throw new InvalidArgumentError(
    `It must be an origin exactly as browsers send it, such as https://app.example.org. ${origin ? `Did you mean ${origin}?` : 'There are no wildcards.'}`,
  );
}

function parsedOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  // The URL standard knows no origin of schemes that are not the web's (an extension's, say); browsers have one.
  return origin === 'null' ? /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+/.exec(text)?.[0] : origin;
}

/** One line of commander's message, which may have more, and what to do where it does not say. */
function sentence(error: CommanderError, command: Command): string {
  const help = '--help lists what there is';
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\)$/s, ' (did you mean $1)');
  switch (error.code) {
    case 'commander.invalidArgument':
      return message;
    case 'commander.excessArguments':
      return `unexpected argument '${command.args[0]}': only options are taken, such as --port 6000; ${help}`;
    default:
      return `${message}; ${help}`;
  }
}

function asGiven(command: Command, name: 'host' | 'port'): string {
  const value = command.getOptionValue(name);
  return command.getOptionValueSource(name) === 'env'
    ? `SALLYPORT_${name.toUpperCase()}=${value}`
    : `--${name} ${value}`;
}
