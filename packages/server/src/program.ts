/**
 * The program of both binaries: parses the options, starts the server, logs that it listens, and drains at the end.
 *
 * It does not depend on a WebSocket library; the binary passes one as a `Transport`. A `StartupError` becomes one line on
 * standard error and exit code 2, before anything listens.
 */
import type { Observer } from '@sallyport/core';
import { readPage } from '@sallyport/page';
import type { Logger } from 'pino';
import { createAdmin } from './admin.ts';
import { type App, isEmptyApp } from './app.ts';
import { appOf, appRequestOptions, appSessionOptions, asStartupError, startApp } from './app-setup.ts';
import { createAuthentication, throttle } from './authentication.ts';
import { createBroker, requireChannels } from './broker.ts';
import { DEMO_CHANNELS } from './channels/demo.ts';
import { createRuledChannels } from './channels/ruled-channels.ts';
import { check } from './check.ts';
import { combineObservers } from './combine-observers.ts';
import { reloadConfiguration } from './configuration/reload.ts';
import { authenticateDemoUser, demoUser } from './demo-user.ts';
import { describeError } from './describe-error.ts';
import { escapeAndShorten, escapeUnprintable } from './escape-unprintable.ts';
import { connectionsLimit } from './file-limit.ts';
import { isLocal, isTcp, resolveHost } from './host.ts';
import { createReady } from './http.ts';
import { listenFailure } from './listen-failure.ts';
import { openOutput } from './logging.ts';
import { type Options, type Parsed, parseOptions } from './options.ts';
import { createRecording } from './recording.ts';
import { createRepeatLimiter } from './repeat-limiter.ts';
import { createServerSessions } from './server-sessions.ts';
import { logFault, logFaults, observeForLog } from './session-log.ts';
import { drainOnSignals, type Shutdown } from './shutdown.ts';
import { StartupError } from './startup-error.ts';
import { startupMessage } from './startup-message.ts';
import { type TlsWatch, watchTls } from './tls-watch.ts';
import type { Transport } from './transport.ts';

/** The exit code after a `StartupError`. */
const CANNOT_START = 2;

const DEMO_WARNING = `every user of this machine can sign in as the demo user ${demoUser.username}/${demoUser.password}`;
const DEMO_CHANNELS_WARNING = `${DEMO_WARNING} and use the channels ${DEMO_CHANNELS}`;

const CLEAR_WARNING = 'passwords and tokens travel unencrypted: other machines on the network can read them';
const PROXY_WARNING =
  'passwords and tokens travel unencrypted on connections that do not come through the trusted proxy';

/**
 * Runs the server until a signal drains it; then it exits the process. `args` are the command-line arguments. `app` excludes `--app`;
 * default: that of `--app`, or an echo. With `--help` or `--version` it prints and returns. After a `StartupError` it exits with code 2.
 */
export async function runProgram(
  transport: Transport,
  args: readonly string[] = process.argv.slice(2),
  app?: App,
): Promise<void> {
  // Without a listener, a closed standard error would end the process.
  process.stderr.on('error', () => {});
  try {
    const parsed = parseOptions(transport, args);
    if ('options' in parsed && !parsed.isCheck) return await serve(transport, parsed, args, app);
    const print = 'options' in parsed ? await check(transport, parsed.options, app) : parsed.print;
    process.stdout.on('error', () => {});
    process.stdout.write(print);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`${transport.name}: ${error.message}\n`, () => process.exit(CANNOT_START));
  }
}

async function serve(
  transport: Transport,
  { options, configuration }: Extract<Parsed, { readonly options: Options }>,
  args: readonly string[],
  given: App | undefined,
): Promise<void> {
  const app = await appOf(options, given);
  const hasDemoUser = !options.authentication && !app.authenticate;
  const host = await resolveHost(options, undefined, hasDemoUser);
  const limits = { ...options.limits, ...connectionsLimit(options.maxConnections) };
  const listen = await transport.loadServe();
  const output = await openOutput(options.logLevel, options.logFormat);
  const { log, isForPeople, write } = output;

  const admin = options.admin && (await createAdmin(options.admin, log));
  const recording = options.recording && (await createRecording(options.recording, transport.clock, log));
  const authentication =
    options.authentication && (await createAuthentication(options.authentication, transport.clock, log));
  // An app decides by itself what its users may do.
  const rules = { file: options.channels, demo: hasDemoUser && isEmptyApp(app) };
  const hasChannels = rules.file !== undefined || rules.demo;
  requireChannels(options.broker, hasChannels);
  const broker = options.broker && (await createBroker(options.broker, log));
  const repeats = createRepeatLimiter(transport.clock);
  const ruled = hasChannels
    ? createRuledChannels(rules, { clock: transport.clock, log, repeats, broker })
    : undefined;
  // A file may give the log another level later.
  const logObserver = observeForLog(log, repeats, configuration.file === undefined ? undefined : 'debug');
  let shutdown: Shutdown | undefined;
  let tlsWatch: TlsWatch | undefined;
  const sessions = createServerSessions(options, host, {
    authenticate: app.authenticate
      ? await throttle(app.authenticate, transport.clock, log)
      : (authentication?.authenticate ?? authenticateDemoUser),
    ...(ruled && { channels: ruled.channels }),
    ...(await appSessionOptions(app, options)),
    clock: transport.clock,
    origins: options.allowOrigin,
    chance: Math.random,
    limits,
    observe: [admin?.observer, recording?.observer, app.observe].reduce<Observer>(
      (first, second) => (second ? combineObservers(first, second) : first),
      logObserver,
    ),
    onFault: logFaults(log, transport.clock, repeats),
  });
  const reloadFile = reloadConfiguration(configuration, () => parseOptions(transport, args), sessions, log);
  recording?.watch(sessions);
  const stop = await startApp(app, sessions, options);
  await admin?.listen({
    sessions,
    channels: app.channels ?? ruled?.channels,
    broker,
    phase: () => (shutdown === undefined ? 'starting' : shutdown.isDraining ? 'draining' : undefined),
    certificateExpiresAt: () => tlsWatch?.expiresAt,
    recording,
  });
  const listening = await listen(sessions, {
    host,
    port: isTcp(host) ? options.port : 0,
    tls: options.tls,
    ...appRequestOptions(app),
    ready: createReady({
      isDraining: () => shutdown?.isDraining ?? false,
      answersTo: (name) => sessions.answersTo(name),
      page: readPage(hasDemoUser ? { demoUser } : {}),
    }),
    // No request here needs a body. Clients could fill the memory with bodies.
    maxBodyBytes: 0,
    onFault: (error) =>
      logFault(log, repeats, 'transport', 'the transport failed', () => ({ err: describeError(error) })),
  }).catch((failure: unknown) => {
    throw listenFailure(asStartupError(failure, options), options);
  });
  shutdown = drainOnSignals(listening, sessions, output, {
    async drained() {
      await stop?.();
      await ruled?.channels.close();
      await recording?.close();
    },
    beforeEnd: () => repeats.flush(),
    reload() {
      log.info({ event: 'reload.began' }, 'SIGHUP: reading the watched files again');
      reloadFile();
      ruled?.reload();
      void Promise.all([authentication?.reload(), tlsWatch?.reload()]).then(() =>
        log.info({ event: 'reload.ended' }, 'watched files read again'),
      );
    },
  });
  const isDraining = () => shutdown?.isDraining ?? false;
  if (options.tls) tlsWatch = watchTls(options.tls, listening, isDraining, transport.clock, log);

  const { port, url } = listening;
  if (isForPeople)
    write(startupMessage(transport.name, listening, options.authentication, app, ruled?.hasDemoChannels));
  else listeningLog(log, options).info({ event: 'listening', host, port, url }, `listening on ${url}`);
  if (configuration.file !== undefined)
    log.info(
      { event: 'configuration.read', file: escapeUnprintable(configuration.file) },
      'configuration file read',
    );
  for (const variable of options.ignoredVariables ?? [])
    log.warn(
      { event: 'variable.ignored', variable, value: escapeAndShorten(process.env[variable] ?? '') },
      `${variable} ignored: it holds the address of a Service, as Kubernetes and Docker links set it; use --port to choose the port`,
    );
  authentication?.announce();
  ruled?.announce();
  if (hasDemoUser)
    log.warn({ event: 'demoUser' }, ruled?.hasDemoChannels ? DEMO_CHANNELS_WARNING : DEMO_WARNING);
  else if (!options.tls && !isLocal(host))
    log.warn({ event: 'clearText' }, options.trustedProxies ? PROXY_WARNING : CLEAR_WARNING);
}

/** With port 0 the operator must learn the port, so this line is logged at any level. */
function listeningLog(log: Logger, { port }: Options): Logger {
  return port === 0 ? log.child({}, { level: 'info' }) : log;
}
