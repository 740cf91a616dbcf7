/**
 * Device tokens on disk: one file for each server and user, so that two programs at once do not overwrite each other's. They
 * let a server know this machine again while strangers guess at the account; nobody can sign in by them.
 *
 * The directory is `$XDG_STATE_HOME/sallyport/devices`, by default `~/.local/state/sallyport/devices`, for its owner alone, as
 * each file is. A file that cannot be read is no token; one that cannot be written is an error that the client package ignores.
 * Proven by: test/device-token-files.test.ts, test/postponed.test.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { DeviceTokens } from '@sallyport/client';

/** More than a person has accounts. The files that were written longest ago go first. */
const MOST_FILES = 200;

export function devicesDirectory({ XDG_STATE_HOME: state = '' }: NodeJS.ProcessEnv): string {
  // A relative one is to be ignored (XDG Base Directory Specification).
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'sallyport', 'devices');
}

export function deviceTokenFiles(server: URL, directory: string): DeviceTokens {
  const fileOf = (user: string) => {
    // A file's name can hold neither every URL nor every username.
    const name = createHash('sha256')
      .update(JSON.stringify([server.href, user]))
      .digest('hex');
    return join(directory, `${name}.json`);
  };
  return {
    async get(user) {
      const kept: unknown = JSON.parse(await readFile(fileOf(user), 'utf8'));
      return (kept as { readonly token: string }).token;
    },
    async set(user, token) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await chmod(directory, 0o700);
      const file = fileOf(user);
      // Whole or not at all: whoever reads meanwhile has the one before.
      const draft = `${file}.${randomBytes(6).toString('hex')}`;
      try {
        // Without what follows the path, which may hold a secret of its own.
        const text = `${JSON.stringify({ server: `${server.origin}${server.pathname}`, user, token })}\n`;
        await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await dropOldest(directory);
    },
  };
}

/** Drafts of a program that was killed are among them. */
async function dropOldest(directory: string): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= MOST_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      return { file, at: (await stat(file)).mtimeMs };
    }),
  );
  files.sort((one, other) => one.at - other.at);
  await Promise.all(files.slice(0, names.length - MOST_FILES).map(({ file }) => rm(file, { force: true })));
}
