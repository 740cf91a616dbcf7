/**
 * A process that serves clients: the whole server, or one of its workers. It starts the server, says that it listens, and drains at the end.
 *
 * It does not depend on a WebSocket library; the binary passes one as a `Transport`. What the operator can mend throws a `StartupError` before
 * anything listens. Proven by: test/binaries.test.ts, test/workers/binaries.test.ts.
 */
import type { Observer } from '@sallyport/core';
import { readPage } from '@sallyport/page';
import { createAdmin } from './admin.ts';
import { announceListening, warnOfRisks } from './announcement.ts';
import { type App, isEmptyApp } from './app.ts';
import { appOf, appRequestOptions, appSessionOptions, asStartupError, startApp } from './app-setup.ts';
import { createAuthentication, throttle } from './authentication.ts';
import { createBroker, refuseAppChannels } from './broker.ts';
import { createRuledChannels } from './channels/ruled-channels.ts';
import { combineObservers } from './combine-observers.ts';
import { reloadConfiguration } from './configuration/reload.ts';
import { authenticateDemoUser, demoUser } from './demo-user.ts';
import { describeError } from './describe-error.ts';
import { connectionsLimit } from './file-limit.ts';
import { isTcp, resolveHost } from './host.ts';
import { createReady } from './http.ts';
import { listenFailure } from './listen-failure.ts';
import { openOutput } from './logging.ts';
import { parseOptions, type Start } from './options.ts';
import { createRecording } from './recording.ts';
import { createRepeatLimiter } from './repeat-limiter.ts';
import { createServerSessions } from './server-sessions.ts';
import { logFault, logFaults, observeForLog } from './session-log.ts';
import { drainOnSignals, type Shutdown, type ShutdownHooks } from './shutdown.ts';
import { type TlsWatch, watchTls } from './tls-watch.ts';
import type { Transport } from './transport.ts';
import { obeyParent } from './workers/obey.ts';
import type { ParentLink } from './workers/parent-link.ts';

/** Serves until a signal or the parent drains the process. `parent` is the link of a worker. */
export async function serveClients(
  transport: Transport,
  { options, configuration }: Start,
  args: readonly string[],
  given: App | undefined,
  parent?: ParentLink,
): Promise<void> {
  const role = parent?.role;
  const app = await appOf(options, given);
  const hasDemoUser = !options.authentication && !app.authenticate;
  const judged = await resolveHost(options, undefined, hasDemoUser);
  // A name may resolve to another address meanwhile.
  const host = role?.address ?? judged;
  const limits = { ...options.limits, ...connectionsLimit(options.maxConnections) };
  const listen = await transport.loadServe(role !== undefined);
  const output = await openOutput(options.logLevel, role?.logFormat ?? options.logFormat, role?.id);
  const { log } = output;

  const admin = options.admin && (await createAdmin(options.admin, log, parent));
  const recording = options.recording && (await createRecording(options.recording, transport.clock, log));
  const authentication =
    options.authentication && (await createAuthentication(options.authentication, transport.clock, log));
  // An app decides by itself what its users may do.
  const rules = { file: options.channels, demo: hasDemoUser && isEmptyApp(app) };
  refuseAppChannels(options.broker, app);
  // Without rules no channel is open, but revocations reach all servers, or all workers.
  const isShared = options.broker !== undefined || (parent !== undefined && !app.channels);
  const hasChannels = rules.file !== undefined || rules.demo || isShared;
  const redis = options.broker && (await createBroker(options.broker, log));
  const repeats = createRepeatLimiter(transport.clock);
  const ruled = hasChannels
    ? createRuledChannels(rules, {
        clock: transport.clock,
        log,
        repeats,
        broker: redis ?? parent?.createBroker(),
      })
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
    broker: redis,
    phase: () => (shutdown === undefined ? 'starting' : shutdown.isDraining ? 'draining' : undefined),
    certificateExpiresAt: () => tlsWatch?.expiresAt,
    recording,
  });
  const listening = await listen(sessions, {
    ...(role?.listen ?? { host, port: isTcp(host) ? options.port : 0 }),
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
  const hooks: ShutdownHooks = {
    async drained() {
      await stop?.();
      await ruled?.channels.close();
      await recording?.close();
      if (admin) await parent?.reported({ type: 'counted', values: await admin.values() });
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
  };
  shutdown = parent
    ? obeyParent(parent, listening, sessions, output, hooks)
    : drainOnSignals(listening, sessions, output, hooks);
  const isDraining = () => shutdown?.isDraining ?? false;
  if (options.tls) tlsWatch = watchTls(options.tls, listening, isDraining, transport.clock, log);

  const facts = {
    hasDemoUser,
    hasDemoChannels: ruled?.hasDemoChannels ?? false,
    authenticate: app.authenticate !== undefined,
    application: app.application !== undefined,
  };
  const announced = { name: transport.name, listening, facts, options, configuration };
  if (parent) parent.report({ type: 'listening', facts });
  else announceListening(announced, output);
  authentication?.announce();
  ruled?.announce();
  if (!parent) warnOfRisks(announced, output);
}
