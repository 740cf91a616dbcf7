/**
 * A file that is read again when it changes: in place, by a rename over it, or through a symlink.
 *
 * A change is found by the file's stamp (inode, size, times), never by the event. The folder is watched, because a watch of the
 * file itself stays with the file that a rename has replaced. Where the system reports no events (network file systems, targets of
 * symlinks), `refresh` looks at the stamp, once a second at most. This file handles bytes; the reader knows what they mean.
 * Proven by: test/password-file.test.ts, test/key-files.test.ts.
 */
import { type BigIntStats, type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@sallyport/core';
import { FileProblem } from './file-problem.ts';

/** A larger file is refused. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Milliseconds without a change after which a file counts as written: some programs empty a file before they write it. */
const SETTLED_MS = 50;
/** After this number of pauses the file is read, even if it still changes. */
const MAX_PAUSES = 20;
/** Milliseconds between two looks of `refresh`. */
const LOOK_MS = 1_000;

export interface FileReader {
  /** The file has changed to this content. An error thrown here goes to `failed`. */
  read(content: Buffer): void;
  /** The file has changed and cannot be read. Called once for each change. */
  failed(error: unknown): void;
}

export class WatchedFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #reader: FileReader;
  readonly #watcher: FSWatcher | undefined;
  /** A pipe or a device can be read once only, so it is never read again. */
  readonly #isRegular: boolean;
  #stamp: string;
  #lookedAt: number;
  #looking: Promise<void> | undefined;
  /** An event came from the folder after the last look began. */
  #isStirred = false;
  #isClosed = false;

  /** Reads the file at once. Throws what `stat`, the reading, or the reader throws. */
  constructor(path: string, clock: Clock, reader: FileReader) {
    this.#path = path;
    this.#clock = clock;
    this.#reader = reader;
    const stats = statSync(path, { bigint: true });
    this.#isRegular = stats.isFile();
    this.#stamp = stampOf(stats);
    boundSize(stats);
    reader.read(readFileSync(path));
    this.#lookedAt = clock.now();
    if (!this.#isRegular) return;
    this.#watcher = watchFolder(path, () => {
      this.#isStirred = true;
      void this.#look();
    });
  }

  /** Resolves when the content of the file at the time of the call, or at most a second earlier, is known. Never rejects. */
  refresh(): Promise<void> | undefined {
    if (this.#looking) return this.#looking;
    return this.#clock.now() - this.#lookedAt < LOOK_MS ? undefined : this.#look();
  }

  /** Resolves when the content of the file at the time of the call is known. Never rejects. */
  async reload(): Promise<void> {
    // A look that is under way may have begun before the change.
    await this.#looking;
    await this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
  }

  #look(): Promise<void> {
    if (!this.#isRegular) return Promise.resolve();
    this.#looking ??= this.#readIfChanged().finally(() => {
      this.#looking = undefined;
      this.#lookedAt = this.#clock.now();
    });
    return this.#looking;
  }

  async #readIfChanged(): Promise<void> {
    do {
      this.#isStirred = false;
      const seen = await this.#settled();
      if (this.#isClosed || seen.stamp === this.#stamp) continue;
      this.#stamp = seen.stamp;
      try {
        if ('error' in seen) throw seen.error;
        if (!seen.stats.isFile() && !seen.stats.isDirectory()) throw new FileProblem('is not a regular file');
        boundSize(seen.stats);
        this.#reader.read(await readFile(this.#path));
      } catch (error) {
        this.#reader.failed(error);
      }
    } while (this.#isStirred);
  }

  /** What `stat` reports; after a change, once two looks in a row report the same. */
  async #settled(): Promise<Seen> {
    let seen = await see(this.#path);
    for (let pauses = 0; seen.stamp !== this.#stamp && pauses < MAX_PAUSES; pauses += 1) {
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

/** A file that is missing, or for which `stat` fails, has a stamp too. */
type Seen = { readonly stamp: string } & ({ readonly stats: BigIntStats } | { readonly error: unknown });

async function see(path: string): Promise<Seen> {
  try {
    const stats = await stat(path, { bigint: true });
    return { stamp: stampOf(stats), stats };
  } catch (error) {
    return { stamp: `none: ${(error as NodeJS.ErrnoException).code}`, error };
  }
}

/** Times in nanoseconds, and the inode, which a rename changes even if the times are equal. */
function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

function boundSize(stats: BigIntStats): void {
  if (stats.isDirectory()) throw new FileProblem('is a directory');
  if (stats.size > MAX_BYTES) throw new FileProblem(`has more than ${MAX_BYTES / 1024 / 1024} MiB`);
}

/** `undefined` if the system has no watch left: then `refresh` finds every change, but later. */
function watchFolder(path: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(dirname(path), { persistent: false }, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}
