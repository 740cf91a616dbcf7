/**
 * Watches the TLS files: serves renewed ones to new connections, and warns before the certificate expires.
 *
 * It notices changes in place, by rename and by a swapped symlink, from events of the folders and by a look every 5 s. Files
 * that cannot be used are an error, since the certificate in service stays until it expires. The log repeats the error daily.
 * Proven by: test/tls-watch.test.ts, test/renewed-certificate.test.ts.
 */
import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@sallyport/core';
import type { Listening, TlsFiles } from '@sallyport/listen';
import type { Logger } from 'pino';
import { escapeUnprintable } from './escape-unprintable.ts';

/** Between two looks at the files, in milliseconds. Events of the folders lead to a look sooner. */
const LOOK_MS = 5_000;
/** After an event, before the look, in milliseconds: certificate and key change one after the other. */
const SETTLE_MS = 250;
const DAY_MS = 86_400_000;
/** The certificate's remaining time from which on the log warns daily. */
const WARNING_MS = 14 * DAY_MS;

export interface TlsWatch {
  /** When the certificate in service expires, in milliseconds since 1970. Undefined until the files were read. */
  readonly expiresAt: number | undefined;
  /** Reads the files now, even if they look unchanged. Resolves when that is done. Never rejects. */
  reload(): Promise<void>;
}

/** Watches until `isDraining`. `now` is the wall clock in milliseconds since 1970, by default the system's. */
export function watchTls(
  files: TlsFiles,
  listening: Pick<Listening, 'reloadTls'>,
  isDraining: () => boolean,
  clock: Clock,
  log: Logger,
  now = Date.now,
): TlsWatch {
  const file = escapeUnprintable(files.cert);
  let stamp: string | undefined;
  let expiresAt: number | undefined;
  let isUnusable = false;
  let reloading = Promise.resolve();

  async function reloadOnce(): Promise<void> {
    if (isDraining()) return;
    stamp = await stampOf(files);
    try {
      const tls = await listening.reloadTls();
      isUnusable = false;
      const isFirst = expiresAt === undefined;
      expiresAt = tls.expiresAt;
      const until = dateOf(expiresAt);
      if (tls.isChanged)
        log.info(
          { event: 'tls.changed', file, until },
          `new connections get the new certificate, valid until ${until}`,
        );
      if (isFirst || tls.isChanged) warnIfExpiring();
    } catch (error) {
      const problem = escapeUnprintable(error instanceof Error ? error.message : String(error));
      isUnusable = true;
      log.error({ event: 'tls.problem', file }, `${problem}; the certificate in service stays`);
    }
  }
  function reload(): Promise<void> {
    reloading = reloading.then(reloadOnce);
    return reloading;
  }
  async function look(): Promise<void> {
    if ((await stampOf(files)) !== stamp) await reload();
  }
  function lookLater(): void {
    clock.setTimeout(() => {
      if (!isDraining()) void look().finally(lookLater);
    }, LOOK_MS);
  }
  function warnIfExpiring(): void {
    if (expiresAt === undefined || expiresAt - now() > WARNING_MS) return;
    const until = dateOf(expiresAt);
    const [level, message, verb] =
      expiresAt > now()
        ? (['warn', 'expires', 'renew'] as const)
        : (['error', 'has expired', 'replace'] as const);
    log[level](
      { event: 'tls.expiring', file, until },
      `the certificate ${message} (${until}): ${verb} ${file}; the server then serves the new one by itself`,
    );
  }
  function warnDaily(): void {
    clock.setTimeout(() => {
      if (isDraining()) return;
      if (isUnusable) void reload();
      warnIfExpiring();
      warnDaily();
    }, DAY_MS);
  }

  let isLookDue = false;
  const onEvent = () => {
    if (isLookDue) return;
    isLookDue = true;
    clock.setTimeout(() => {
      isLookDue = false;
      void look();
    }, SETTLE_MS);
  };
  for (const folder of new Set([dirname(files.cert), dirname(files.key)])) watchFolder(folder, onEvent);
  void reload();
  lookLater();
  warnDaily();
  return {
    get expiresAt() {
      return expiresAt;
    },
    reload,
  };
}

/** A text that changes when one of the files does: inode, size and times, of the targets of symlinks. */
async function stampOf({ cert, key }: TlsFiles): Promise<string> {
  const stamps = await Promise.all(
    [cert, key].map(async (file) => {
      try {
        const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
        return [dev, ino, size, mtimeNs, ctimeNs].join();
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code);
      }
    }),
  );
  return stamps.join(' ');
}

/** Some systems and file systems report no events; then only the look every 5 s finds a change. */
function watchFolder(folder: string, onEvent: () => void): void {
  try {
    watch(folder, { persistent: false }, onEvent).on('error', () => {});
  } catch {
    // No watch is left, or the folder cannot be watched.
  }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString();
}
