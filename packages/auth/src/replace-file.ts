/**
 * Replaces a file as a whole: a reader sees the old content or the new one, and a crash leaves one of the two.
 *
 * The new file keeps the owner, the group, and the mode without the bits for others. Where that is not possible, the file is not
 * replaced: the server that reads it would be locked out. A file that is made has mode 0600.
 *
 * A file that is mounted by itself (a single-file bind mount of a container) cannot be replaced: `rename` fails with EBUSY. Then the
 * new content is written into the old file. That is not atomic: a crash in the middle can leave a part of the content. So the
 * complete content is kept in a draft beside the file until the file is on the disk.
 *
 * Our own edits exclude each other by a lock file. An edit by another program (an editor, htpasswd) is found by a comparison; then the
 * edit is made again on the new content. Proven by: test/users.test.ts, test/mounted-file.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserFileError, unusableFile } from './user-file-error.ts';
import { canKeepOwner } from './writable.ts';

/** Milliseconds: an edit takes a few. A process that died left an older lock. */
const STALE_LOCK_MS = 10_000;
/** Milliseconds for which an edit waits for the lock of another edit. */
const LOCK_PATIENCE_MS = 15_000;
/** Mode of a file that is made. */
const MODE = 0o600;
const NOT_FOR_OTHERS = 0o770;
const OWNER_READS = 0o400;

/** Returns the new content, or `undefined` to leave the file as it is. May be called again. Gets '' if there is no file. */
export type Edit = (content: string) => string | undefined;

/** For tests: the system call that replaces the file. */
export type Rename = (from: string, to: string) => Promise<void>;

/** Resolves to whether the content was changed. Rejects with what `edit` throws, or a `UserFileError`. */
export async function replaceFile(path: string, edit: Edit, move: Rename = rename): Promise<boolean> {
  // A rename onto a symlink would replace the link and not its target.
  const file = await realpath(path).catch(() => path);
  const unlock = await lock(file);
  try {
    for (;;) {
      const before = await contentOf(file);
      const after = edit(before ?? '');
      if (after === undefined || after === before) return false;
      if (await replaceIfSame(file, before, after, move)) return true;
    }
  } finally {
    await unlock();
  }
}

/** `undefined` if there is no file. */
async function contentOf(file: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(file);
    const text = bytes.toString();
    // The whole text is written back, so no byte of it may change on the way.
    if (!bytes.equals(Buffer.from(text))) throw new UserFileError('unusable', file, ' is not in UTF-8');
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusableFile(file, error);
  }
}

async function replaceIfSame(
  file: string,
  before: string | undefined,
  after: string,
  move: Rename,
): Promise<boolean> {
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeDraft(draft, file, after);
    if ((await contentOf(file)) !== before) {
      await rm(draft, { force: true });
      return false;
    }
    await move(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') {
      await writeInPlace(file, after, draft);
      return true;
    }
    await rm(draft, { force: true });
    throw unusableFile(file, error, 'be written');
  }
}

async function writeDraft(draft: string, file: string, content: string): Promise<void> {
  const old = await stat(file).catch(() => undefined);
  if (old && !canKeepOwner(old))
    throw new UserFileError(
      'unusable',
      file,
      ` cannot be replaced: it would no longer belong to ${old.uid}:${old.gid}; do it as that user, or as root`,
    );
  const handle = await open(draft, 'wx', MODE);
  try {
    await handle.writeFile(content);
    // Or the server, and members of the file's group, could not read what root has edited.
    if (old) await handle.chown(old.uid, old.gid);
    // Whatever the umask. After the change of the owner, so that no other group may read it.
    await handle.chmod(old ? (old.mode & NOT_FOR_OTHERS) | OWNER_READS : MODE);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Keeps the inode, and with it owner and mode. The draft has the complete content, and stays if the write fails. */
async function writeInPlace(file: string, content: string, draft: string): Promise<void> {
  const bytes = Buffer.from(content);
  try {
    const handle = await open(file, 'r+');
    try {
      for (let at = 0; at < bytes.length; )
        at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
      await handle.truncate(bytes.length);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { message } = unusableFile(file, error, 'be written in place');
    throw new UserFileError(
      'unusable',
      file,
      `${message.slice(file.length)}: its complete new content is in ${draft}`,
    );
  }
  await rm(draft, { force: true });
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
