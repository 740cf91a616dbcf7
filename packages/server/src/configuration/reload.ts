/**
 * Reads the configuration again, at SIGHUP: applies what can change while the server runs, and names in the log what needs a restart.
 *
 * Only the file can have changed. A file that is wrong changes nothing. Proven by: test/configuration/reload.test.ts.
 */
import { type Sessions, UsageError } from '@sallyport/core';
import type { Logger } from 'pino';
import { limitChanges } from '../limit-options.ts';
import type { Parsed } from '../options.ts';
import { StartupError } from '../startup-error.ts';
import { type Key, type LogLevel, settings } from './keys.ts';
import type { Configuration } from './resolve.ts';

/** What a reload changes besides the level of the log. */
type Changed = Pick<Sessions, 'changeOrigins' | 'changeLimits'>;

type Read = Extract<Parsed, { readonly options: unknown }>;

/** Returns the function to call at each reload. `parse` reads all sources again. The parent of workers has no sessions. */
export function reloadConfiguration(
  started: Configuration,
  parse: () => Parsed,
  sessions: Changed | undefined,
  log: Logger,
): () => void {
  let current = started;
  return () => {
    try {
      const parsed = parse();
      if (!('options' in parsed)) return;
      apply(started, current, parsed, sessions, log);
      current = parsed.configuration;
    } catch (error) {
      if (!(error instanceof StartupError) && !(error instanceof UsageError)) throw error;
      log.error({ event: 'configuration.problem' }, `${error.message}; the configuration in service stays`);
    }
  };
}

function apply(
  started: Configuration,
  current: Configuration,
  { configuration: next, options }: Read,
  sessions: Changed | undefined,
  log: Logger,
): void {
  const level = next.value<LogLevel>('logLevel');
  const isTraceNew = level === 'trace' && started.value('logLevel') !== 'trace';
  const isReloaded = (key: Key) => settings[key].isReloaded && !(key === 'logLevel' && isTraceNew);
  const keys = Object.keys(settings) as Key[];
  const changed = keys.filter((key) => isReloaded(key) && !isSame(current, next, key));
  // First: core may refuse origins, and then nothing changes.
  if (changed.includes('allowOrigin')) sessions?.changeOrigins(options.allowOrigin);
  if (changed.some((key) => key !== 'allowOrigin' && key !== 'logLevel'))
    sessions?.changeLimits(limitChanges(options.limits));
  if (changed.includes('logLevel')) log.level = level;
  for (const key of changed) tellChanged(key, next, log);
  const needsRestart = keys.filter((key) =>
    settings[key].isReloaded ? key === 'logLevel' && isTraceNew : !isSame(started, next, key),
  );
  if (needsRestart.length > 0)
    log.warn(
      { event: 'configuration.needsRestart', keys: needsRestart },
      `changed in the configuration, but in service only after a restart: ${needsRestart.join(', ')}`,
    );
}

/** A key whose default the description tells in words has no value to log. */
function tellChanged(key: Key, next: Configuration, log: Logger): void {
  const value = next.value<unknown>(key);
  const words = value === undefined ? 'has its default again' : `is now ${wordsOf(value)}`;
  log.info({ event: 'configuration.changed', key, ...(value !== undefined && { value }) }, `${key} ${words}`);
}

/** An origin has printable characters only: the schema has checked it. */
function wordsOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') || 'empty' : String(value);
}

function isSame(one: Configuration, other: Configuration, key: Key): boolean {
  return JSON.stringify(one.value(key)) === JSON.stringify(other.value(key));
}
