/**
 * Parses the command line and the environment. All options are checked before anything starts.
 *
 * Every option has a flag and a variable. The flag wins. A bad value of either is a `StartupError` that names its source.
 * See also `authentication-options.ts`, `limit-options.ts` and `network-options.ts`. Proven by: test/options.test.ts.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  type AuthenticationOptions,
  addAuthenticationOptions,
  authenticationOptions,
} from './authentication-options.ts';
import { addLimitOptions, type LimitOptions, limitOptions } from './limit-options.ts';
import { addNetworkOptions, type NetworkOptions, networkOptions } from './network-options.ts';
import {
  ignoreEmptyVariables,
  ignoreVariables,
  isSwitchOn,
  nonEmptyText,
  type OptionValue,
  optionValue,
} from './option-source.ts';
import { StartupError } from './startup-error.ts';
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
  /** Whether a sign-in ends the older session of the same user. Default: false. */
  readonly newestSignInWins: boolean;
  /** How the operator gave host and port, for error messages: `--port 80`, `SALLYPORT_PORT=80`. */
  readonly givenAs: { readonly host: string; readonly port: string };
  /** Variables that other software has set and that the server ignores, such as `SALLYPORT_PORT=tcp://…`. Absent: none. */
  readonly ignoredVariables?: readonly string[];
  /** The module with the app. Absent: an echo. */
  readonly app?: OptionValue<string>;
  /** Absent: only the demo user can sign in, unless the app has an authenticator. */
  readonly authentication?: AuthenticationOptions;
}

/** What to do: serve with these options, or print a text and exit (`--help`, `--version`). */
export type Parsed = { readonly options: Options } | { readonly print: string };

/** Throws a `StartupError`. `args` are the arguments after the script in `process.argv`. */
export function parseOptions(binary: { name: string; library: string }, args: readonly string[]): Parsed {
  let printed = '';
  let emptyVariables: ReadonlySet<string> = new Set();
  let ignored: ReadonlySet<string> = new Set();
  const command = describe(binary)
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
    emptyVariables = ignoreEmptyVariables(command);
    ignored = ignoreVariables(command, isServiceAddress);
    command.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { print: printed };
    throw new StartupError(parseErrorMessage(error, command));
  }
  const { host, port, logLevel, allowOrigin } = command.opts<Values>();
  const givenAs = { host: formatGiven(command, 'host'), port: formatGiven(command, 'port') };
  const authentication = authenticationOptions(command, emptyVariables);
  const newestSignInWins = isSwitchOn(command, 'newestSignInWins');
  const more = { ...limitOptions(command), ...networkOptions(command), newestSignInWins };
  const ignoredVariables = [...ignored];
  const app = optionValue<string>(command, 'app');
  const options = { host, port, logLevel, allowOrigin, givenAs, ...more };
  return {
    options: {
      ...options,
      ...(ignoredVariables.length > 0 && { ignoredVariables }),
      ...(app && { app }),
      ...(authentication && { authentication }),
    },
  };
}

function describe({ name, library }: { name: string; library: string }): Command {
  const command = new Command(name)
    .description(`Sallyport on ${library}: authenticated WebSocket sessions, with your app or an echo.`)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addOption(
      new Option(
        '--host <address>',
        'listen on this address or host name of this machine, on a Unix socket (unix:/run/sallyport.sock), or on a socket that systemd passes (fd:3; sallyport-ws only)',
      )
        .default('127.0.0.1', '127.0.0.1')
        .env('SALLYPORT_HOST')
        .argParser(hostOf),
    )
    .addOption(
      new Option('--port <number>', 'listen on this port; 0 picks a free port and logs it')
        .default(5678)
        .env('SALLYPORT_PORT')
        .argParser(portOf),
    )
    .addOption(
      new Option('--app <file>', 'run the app that this module exports; default: an echo')
        .env('SALLYPORT_APP')
        .argParser(nonEmptyText),
    )
    .addOption(
      new Option('--log-level <level>', 'log this level and the more severe ones')
        .choices(logLevels)
        .default('info', 'info')
        .env('SALLYPORT_LOG_LEVEL'),
    )
    .addOption(
      new Option(
        '--allow-origin <origin>',
        'accept web pages of this origin, such as https://app.example.org; repeat it or separate values by commas',
      )
        .default([], "only pages from this server's own host")
        .env('SALLYPORT_ALLOW_ORIGIN')
        .argParser(originsOf),
    );
  return addLimitOptions(addNetworkOptions(addAuthenticationOptions(command))).addHelpText(
    'after',
    `
A flag overrides its environment variable. An empty variable counts as unset. The
server refuses to start if that would let more clients in: an empty
SALLYPORT_USERS, SALLYPORT_APP or token key without other authentication, and an empty
SALLYPORT_TOKEN_ISSUER, _AUDIENCE or _ALGORITHMS with a token key.

Authentication: --users accepts passwords, a token key accepts tokens; you can
use both. Without either, the only user is admin with the password 123456. That
password is public, so the server then listens only on loopback addresses. On
other addresses, passwords and tokens must travel encrypted: give --tls-cert and
--tls-key, or run a proxy that terminates TLS and name it with --trusted-proxy.
--insecure turns this check off.

Channels: without authentication and without an app, the demo user may subscribe,
publish, recover and ask for presence in all channels demo:*. No other start opens
these channels.

App: the module exports any of application (answers messages), requests (serves
requests), channels (what createChannels of @sallyport/channels made), contract
and message (what clients may send), authenticate (decides on credentials), context and credentials (what it reads of an upgrade request),
observe (handlers for events) and start (gets all sessions before the server
listens, and may return a function that ends what it began). TypeScript needs
Node 22.18 or later. SIGHUP does not load the module again.

Examples:
  ${name}
  ${name} --app ./app.js
  ${name} --port 6000 --log-level debug
  SALLYPORT_PORT=0 ${name} --allow-origin https://app.example.org
  htpasswd -cB users ada && ${name} --users users
  ${name} --users users --host unix:/run/sallyport.sock
  ${name} --users users --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem

Log lines go to standard output: as JSON, or in a readable form on a terminal.
If the reader stalls or the disk is full, lines are dropped and counted
(log.dropped). The service never waits for the log.

On a loopback address the server answers only to addresses, to localhost and to
the names of --allow-host. Requests for another name get status 421. This stops
web pages that let their own name point to this machine (DNS rebinding).

Ctrl-C (SIGINT) or SIGTERM drains the server: it answers the messages it has
accepted, closes the sessions with code 1012 so that clients reconnect, and
exits within 10 seconds. A second signal stops it at once.

The files of users, certificates, keys and secrets are watched: changes take
effect for new connections and sign-ins. SIGHUP reads all of them now. When the
server's terminal closes, SIGHUP drains instead.

Under systemd, Docker or another supervisor, run this binary itself, not npx or a
package script: they end at SIGTERM and leave the server running.
  systemd:  ExecStart=/usr/bin/env ${name} --users /etc/sallyport/users
            ExecReload=/bin/kill -HUP $MAINPID
  Docker:   CMD ["node_modules/.bin/${name}", "--users", "/etc/sallyport/users"]

Exit codes: 0 drained, 1 a bug in the server, 2 cannot start with these options,
129, 130 or 143 stopped at once by a second signal.`,
  );
}

/** Kubernetes sets SALLYPORT_PORT=tcp://10.0.0.7:5678 in each pod if a Service has the name `sallyport`. */
function isServiceAddress(text: string, variable: string): boolean {
  return variable === 'SALLYPORT_PORT' && /^(tcp|udp|sctp):\/\//.test(text);
}

function hostOf(text: string): string {
  if (/^unix:./.test(text) || /^fd:\d+$/.test(text)) return text;
  // An IPv6 address in a URL has brackets.
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

function originsOf(text: string, previous: readonly string[]): readonly string[] {
  return [...previous, ...text.split(',').map((origin) => originOf(origin.trim()))];
}

/** Origins are compared exactly as browsers send them (RFC 6454, 6.2). So it rejects a text that no browser sends. */
function originOf(text: string): string {
  // Browsers send it for pages opened from disk and for sandboxed pages.
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
  // For other schemes (extensions, say) the URL standard returns 'null', but browsers send an origin.
  return origin === 'null' ? /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+/.exec(text)?.[0] : origin;
}

/** Makes one line of commander's message, and adds what to do if it does not say. */
function parseErrorMessage(error: CommanderError, command: Command): string {
  const help = 'see --help';
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\)$/s, ' (did you mean $1)');
  switch (error.code) {
    case 'commander.invalidArgument':
      return message;
    case 'commander.excessArguments':
      return `unexpected argument '${command.args[0]}': the command takes only options, such as --port 6000; ${help}`;
    default:
      return `${message}; ${help}`;
  }
}

function formatGiven(command: Command, name: 'host' | 'port'): string {
  const value = command.getOptionValue(name);
  return command.getOptionValueSource(name) === 'env'
    ? `SALLYPORT_${name.toUpperCase()}=${value}`
    : `--${name} ${value}`;
}
