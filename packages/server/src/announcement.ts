/**
 * What the server says once it listens: where, and what the operator should know of how it was started. With workers the parent says it.
 *
 * Proven by: test/binaries.test.ts, test/terminal.test.ts, test/workers/binaries.test.ts.
 */
import type { Listening } from '@sallyport/listen';
import type { Logger } from 'pino';
import { DEMO_CHANNELS } from './channels/demo.ts';
import type { Configuration } from './configuration/resolve.ts';
import { demoUser } from './demo-user.ts';
import { escapeAndShorten, escapeUnprintable } from './escape-unprintable.ts';
import { isLocal } from './host.ts';
import type { Output } from './logging.ts';
import type { Options } from './options.ts';
import { startupMessage } from './startup-message.ts';
import type { ListeningFacts } from './workers/messages.ts';

const DEMO_WARNING = `every user of this machine can sign in as the demo user ${demoUser.username}/${demoUser.password}`;
const DEMO_CHANNELS_WARNING = `${DEMO_WARNING} and use the channels ${DEMO_CHANNELS}`;

const CLEAR_WARNING = 'passwords and tokens travel unencrypted: other machines on the network can read them';
const PROXY_WARNING =
  'passwords and tokens travel unencrypted on connections that do not come through the trusted proxy';

/** What listens. */
interface Announced {
  /** The name of the binary. */
  readonly name: string;
  readonly listening: Pick<Listening, 'host' | 'port' | 'url'>;
  readonly facts: ListeningFacts;
  readonly options: Options;
  readonly configuration: Configuration;
}

/** Says where the server listens: to people in words, else as `listening`. */
export function announceListening(
  { name, listening, facts, options, configuration }: Announced,
  { log, isForPeople, write }: Output,
): void {
  const { host, port, url } = listening;
  const { workers } = options;
  if (isForPeople)
    write(startupMessage(name, listening, options.authentication, facts, facts.hasDemoChannels));
  else
    listeningLog(log, options).info(
      { event: 'listening', host, port, url, ...(workers && { workers: workers.value }) },
      `listening on ${url}`,
    );
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
}

/** Warns of a demo user, and of credentials that travel unencrypted. */
export function warnOfRisks({ listening, facts, options }: Announced, { log }: Pick<Output, 'log'>): void {
  if (facts.hasDemoUser)
    log.warn({ event: 'demoUser' }, facts.hasDemoChannels ? DEMO_CHANNELS_WARNING : DEMO_WARNING);
  else if (!options.tls && !isLocal(listening.host))
    log.warn({ event: 'clearText' }, options.trustedProxies ? PROXY_WARNING : CLEAR_WARNING);
}

/** With port 0 the operator must learn the port, so this line is logged at any level. */
function listeningLog(log: Logger, { port }: Options): Logger {
  return port === 0 ? log.child({}, { level: 'info' }) : log;
}
