/**
 * Reads the configuration again, at SIGHUP: applies what can change while the server runs, and names in the log what needs a restart.
 *
 * Only the file can have changed. A file that is wrong changes nothing. Proven by: test/configuration/reload.test.ts.
 */
import type { Logger } from 'pino';
import type { Parsed } from '../options.ts';
import { StartupError } from '../startup-error.ts';
import { type Key, type LogLevel, settings } from './keys.ts';
import type { Configuration } from './resolve.ts';

/** Returns the function to call at each reload. `parse` reads all sources again. */
export function reloadConfiguration(started: Configuration, parse: () => Parsed, log: Logger): () => void {
  let current = started;
  return () => {
    try {
      const parsed = parse();
      if (!('options' in parsed)) return;
      apply(started, current, parsed.configuration, log);
      current = parsed.configuration;
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      log.error({ event: 'configuration.problem' }, `${error.message}; the configuration in service stays`);
    }
  };
}

function apply(started: Configuration, current: Configuration, next: Configuration, log: Logger): void {
  const level = next.value<LogLevel>('logLevel');
  const isTraceNew = level === 'trace' && started.value('logLevel') !== 'trace';
  const needsRestart = (Object.keys(settings) as Key[]).filter((key) =>
    settings[key].isReloaded ? key === 'logLevel' && isTraceNew : !isSame(started, next, key),
  );
  if (level !== current.value('logLevel') && !isTraceNew) {
    log.level = level;
    log.info({ event: 'configuration.changed', key: 'logLevel', value: level }, `logLevel is now ${level}`);
  }
  if (needsRestart.length > 0)
    log.warn(
      { event: 'configuration.needsRestart', keys: needsRestart },
      `changed in the configuration, but in service only after a restart: ${needsRestart.join(', ')}`,
    );
}

function isSame(one: Configuration, other: Configuration, key: Key): boolean {
  return JSON.stringify(one.value(key)) === JSON.stringify(other.value(key));
}
