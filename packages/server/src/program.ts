/**
 * The program that both binaries are: reads the options, opens the gate, says so, and ends gently.
 *
 * It knows no library; the binary brings that as a `Transport`. A `Refusal` is one line on standard error and exit
 * code 2, before anything listens.
 */
import { createSessions, type Sessions, type SessionsOptions, UsageError } from '@sallyport/core';
import { readPage } from '@sallyport/page';
import type { Logger } from 'pino';
import { createAuthentication } from './authentication.ts';
import { authenticateDemoUser, demoUser } from './demo-user.ts';
import { describeError } from './describe-error.ts';
import { connectionsLimit } from './file-limit.ts';
import { allowedHosts, isLoopback, resolveHost } from './host.ts';
import { createReady } from './http.ts';
import { listenFailure } from './listen-failure.ts';
import { openOutput } from './logging.ts';
import { type Options, parseOptions } from './options.ts';
import { Refusal } from './refusal.ts';
import { logFaults, observeForLog } from './session-log.ts';
import { type Ending, endGently } from './shutdown.ts';
import { startupMessage } from './startup-message.ts';
import type { Transport } from './transport.ts';

/** The exit code of a refusal. */
const REFUSED = 2;

const DEMO_WARNING = `whoever is on this machine can sign in as the demo user ${demoUser.username}/${demoUser.password}`;

const CLEAR_WARNING = 'passwords and tokens come in clear, for everybody on the way to read';
const PROXY_WARNING =
  'what does not come by a trusted proxy comes in clear, for everybody on the way to read';

export async function run(transport: Transport, args = process.argv.slice(2)): Promise<void> {
  // Whoever does not listen shall not end it.
  process.stderr.on('error', () => {});
  try {
    const parsed = parseOptions(transport, args);
    if ('options' in parsed) return await serve(transport, parsed.options);
    process.stdout.on('error', () => {});
    process.stdout.write(parsed.print);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${transport.name}: ${error.message}\n`, () => process.exit(REFUSED));
  }
}

async function serve(transport: Transport, options: Options): Promise<void> {
  const host = await resolveHost(options);
  const limits = { ...options.limits, ...connectionsLimit(options.maxConnections) };
  const open = await transport.loadServe();
  const output = openOutput(options.logLevel);
  const { log, isTerminal, write } = output;

  const authentication =
    options.authentication && (await createAuthentication(options.authentication, transport.clock, log));
  let ending: Ending | undefined;
  const sessions = createGate(options, host, {
    authenticate: authentication?.authenticate ?? authenticateDemoUser,
    clock: transport.clock,
    origins: options.allowOrigin,
    chance: Math.random,
    limits,
    observe: observeForLog(log),
    onFault: logFaults(log, transport.clock),
  });
  const listening = await open(sessions, {
    host,
    port: options.port,
    tls: options.tls,
    ready: createReady({
      isDraining: () => ending?.isDraining ?? false,
      answersTo: (named) => sessions.answersTo(named),
      page: readPage(authentication ? {} : { demoUser }),
    }),
    // Nothing here takes one, and strangers would fill the memory with them.
    maxBodyBytes: 0,
    onFault: (error) =>
      log.error({ event: 'fault', source: 'transport', err: describeError(error) }, 'the transport failed'),
  }).catch((failure: unknown) => {
    throw listenFailure(failure, options);
  });
  ending = endGently(listening, sessions, output);

  const { port, url } = listening;
  if (isTerminal) write(startupMessage(transport.name, listening, options.authentication));
  else announcer(log, options).info({ event: 'listening', host, port, url }, `listening on ${url}`);
  authentication?.announce();
  if (!authentication) log.warn({ event: 'demoUser' }, DEMO_WARNING);
  else if (!options.tls && !isLoopback(host))
    log.warn({ event: 'clearText' }, options.trustedProxies ? PROXY_WARNING : CLEAR_WARNING);
}

/** The sessions, with the word of the core on what it alone can read. */
function createGate(options: Options, address: string, rest: SessionsOptions): Sessions {
  const { trustedProxies, newestSignInWins } = options;
  const hosts = allowedHosts(options, address);
  const given: Readonly<Record<string, string | undefined>> = {
    trustedProxies: trustedProxies?.by,
    allowedHosts: options.allowedHosts?.by,
  };
  try {
    return createSessions({
      ...rest,
      newestSignInWins,
      trustedProxies: trustedProxies?.value ?? [],
      ...(hosts && { allowedHosts: hosts }),
    });
  } catch (error) {
    const by = error instanceof UsageError ? given[error.option] : undefined;
    if (!(error instanceof UsageError) || by === undefined) throw error;
    throw new Refusal(error.message.replace(error.option, by));
  }
}

/** Whoever asks for any free port has to learn which one it is, however little else is logged. */
function announcer(log: Logger, { port }: Options): Logger {
  return port === 0 ? log.child({}, { level: 'info' }) : log;
}
