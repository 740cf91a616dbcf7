/**
 * Replacing a file as a whole: whoever reads meanwhile sees the old one or the new one, and a crash leaves either.
 *
 * The new one belongs to whom the old one did, with the same mode, but that the world may not read it; where that cannot
 * be, it is not replaced, for whoever reads it would be locked out. One that is made has mode 0600. Edits of ours take turns by a
 * lock file; a foreign program's (an editor's, htpasswd's) are found by comparing, and then the edit is made anew on
 * what it wrote. Proven by: test/users.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserFileError, unusableFile } from './user-file-error.ts';
import { canKeepOwner } from './writable.ts';

/** Milliseconds: an edit takes a few. A lock that is older was left by a process that died. */
const STALE_LOCK_MS = 10_000;
const LOCK_PATIENCE_MS = 15_000;
/** Of a file that is made. */
const MODE = 0o600;
const NOT_THE_WORLD = 0o770;
const OWNER_READS = 0o400;

/** Returns the new content, or `undefined` to leave the file as it is. May be asked again. Gets '' if there is no file. */
export type Edit = (content: string) => string | undefined;

/** Resolves to whether there was anything to write. Rejects with what `edit` throws, or a `UserFileError`. */
export async function replaceFile(path: string, edit: Edit): Promise<boolean> {
  // A rename over a symlink would leave its target behind.
  const file = await realpath(path).catch(() => path);
  const unlock = await lock(file);
  try {
    for (;;) {
      const before = await contentOf(file);
      const after = edit(before ?? '');
      if (after === undefined || after === before) return false;
      if (await replaceIfSame(file, before, after)) return true;
    }
  } finally {
    await unlock();
  }
}

/** As it is; `undefined` if it is not there. */
async function contentOf(file: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(file);
    const text = bytes.toString();
    // It is written back as a whole, and must not come out otherwise.
    if (!bytes.equals(Buffer.from(text))) throw new UserFileError('unusable', file, ' is not in UTF-8');
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusableFile(file, error);
  }
}

async function replaceIfSame(file: string, before: string | undefined, after: string): Promise<boolean> {
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    const old = await stat(file).catch(() => undefined);
    if (old && !canKeepOwner(old))
      throw new UserFileError(
        'unusable',
        file,
        ` cannot be replaced: it would no longer belong to ${old.uid}:${old.gid}; do it as that user, or as root`,
      );
    const handle = await open(draft, 'wx', MODE);
    try {
      await handle.writeFile(after);
      // The server could not read what root has edited, nor whoever is in the file's group and not in ours.
      if (old) await handle.chown(old.uid, old.gid);
      // Whatever the umask; and only now, so that no other group may read it.
      await handle.chmod(old ? (old.mode & NOT_THE_WORLD) | OWNER_READS : MODE);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((await contentOf(file)) === before) {
      await rename(draft, file);
      return true;
    }
    await rm(draft, { force: true });
    return false;
  } catch (error) {
    await rm(draft, { force: true });
    throw unusableFile(file, error, 'be written');
  }
}

async function lock(file: string): Promise<() => Promise<void>> {
  const path = `${file}.lock`;
  const until = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      await (await open(path, 'wx', MODE)).close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusableFile(file, error, 'be written');
    }
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (age > STALE_LOCK_MS) await rm(path, { force: true });
    else if (Date.now() > until)
      throw new UserFileError('locked', file, ` is being edited: if it is not, remove ${path}`);
    else await pause(20);
  }
}
