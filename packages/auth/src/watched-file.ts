/**
 * A file that is read again when it changes, however it is changed: in place, by a rename over it, through a symlink.
 *
 * What changed is found by its stamp, never by the event: the folder is watched, since a watch of the file itself stays
 * with what a rename has replaced; and whoever asks `refresh` looks for himself, once a second at most, where nothing
 * is ever told (network file systems, targets of symlinks). Bytes only; what they mean is for the reader. Proven by:
 * test/password-file.test.ts.
 */
import { type BigIntStats, type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@sallyport/core';
import { UserFileError } from './user-file-error.ts';

/** Nobody has so many users that a file is the place for them. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Milliseconds without a change until a file counts as written: some programs empty it first. */
const SETTLED_MS = 50;
/** Of these pauses, before it is read as it is. */
const MOST_PAUSES = 20;
/** Milliseconds between two looks of `refresh`. */
const LOOK_MS = 1_000;

export interface FileReader {
  /** It has changed, and this is in it now. */
  read(content: Buffer): void;
  /** It has changed and cannot be read. Told once for each change. */
  failed(error: unknown): void;
}

export class WatchedFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #reader: FileReader;
  readonly #watcher: FSWatcher | undefined;
  #stamp: string;
  #lookedAt: number;
  #looking: Promise<void> | undefined;
  /** Something has happened in its folder since it was last looked at. */
  #hasStirred = false;
  #isClosed = false;

  /** Reads it at once, and throws what that throws. The reader may throw here, and only here. */
  constructor(path: string, clock: Clock, reader: FileReader) {
    this.#path = path;
    this.#clock = clock;
    this.#reader = reader;
    const stats = statSync(path, { bigint: true });
    this.#stamp = stampOf(stats);
    boundSize(path, stats);
    reader.read(readFileSync(path));
    this.#lookedAt = clock.now();
    this.#watcher = watchFolder(path, () => {
      this.#hasStirred = true;
      void this.#look();
    });
  }

  /** Resolves when what was in the file when this was called is known, or a second before. Never rejects. */
  refresh(): Promise<void> | undefined {
    if (this.#looking) return this.#looking;
    return this.#clock.now() - this.#lookedAt < LOOK_MS ? undefined : this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
  }

  #look(): Promise<void> {
    this.#looking ??= this.#readIfChanged().finally(() => {
      this.#looking = undefined;
      this.#lookedAt = this.#clock.now();
    });
    return this.#looking;
  }

  async #readIfChanged(): Promise<void> {
    do {
      this.#hasStirred = false;
      const seen = await this.#settled();
      if (this.#isClosed || seen.stamp === this.#stamp) continue;
      this.#stamp = seen.stamp;
      try {
        if ('error' in seen) throw seen.error;
        boundSize(this.#path, seen.stats);
        this.#reader.read(await readFile(this.#path));
      } catch (error) {
        this.#reader.failed(error);
      }
    } while (this.#hasStirred);
  }

  /** As it is; if that is news, once it has stood still for a while. */
  async #settled(): Promise<Seen> {
    let seen = await see(this.#path);
    for (let pauses = 0; seen.stamp !== this.#stamp && pauses < MOST_PAUSES; pauses += 1) {
      const { stamp } = seen;
      await this.#pause();
      seen = await see(this.#path);
      if (seen.stamp === stamp) break;
    }
    return seen;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimeout(resolve, SETTLED_MS);
    });
  }
}

/** A file that is gone, or cannot be looked at, has a stamp too. */
type Seen = { readonly stamp: string } & ({ readonly stats: BigIntStats } | { readonly error: unknown });

async function see(path: string): Promise<Seen> {
  try {
    const stats = await stat(path, { bigint: true });
    return { stamp: stampOf(stats), stats };
  } catch (error) {
    return { stamp: `none: ${(error as NodeJS.ErrnoException).code}`, error };
  }
}

/** Nanoseconds, and what a rename changes even if the times are the same. */
function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

function boundSize(path: string, stats: BigIntStats): void {
  if (stats.isDirectory()) throw new UserFileError('unusable', path, ' is a directory');
  if (stats.size > MOST_BYTES)
    throw new UserFileError('unusable', path, ` has more than ${MOST_BYTES / 1024 / 1024} MiB`);
}

/** None where the system has no watch to spare: `refresh` finds every change too, only later. */
function watchFolder(path: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(dirname(path), { persistent: false }, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}
