/**
 * Device tokens on disk: one file for each server and user, so that two programs do not overwrite each other's. A device
 * token lets a server recognise this machine during a guessing attack. It does not replace the password.
 *
 * The directory is `$XDG_STATE_HOME/sallyport/devices`, by default `~/.local/state/sallyport/devices`. Only its owner can
 * read it and its files. Reading and writing may reject; the client package ignores that.
 * Proven by: test/device-token-files.test.ts, test/postponed.test.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceTokens } from '@sallyport/client';
import { stateDirectory } from '../state-directory.ts';

/** Files kept at most. The oldest by modification time are deleted first. */
const MOST_FILES = 200;

/** The directory of the device tokens, by the environment. */
export function devicesDirectory(env: NodeJS.ProcessEnv): string {
  return join(stateDirectory(env), 'devices');
}

/** The store of device tokens for one server. */
export function deviceTokenFiles(server: URL, directory: string): DeviceTokens {
  const fileOf = (user: string) => {
    // A hash, because a file name cannot hold every URL and username.
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
      // Written aside and renamed, so that a reader never gets half a file.
      const draft = `${file}.${randomBytes(6).toString('hex')}`;
      try {
        // Without the query, which may hold a secret.
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

/** Also deletes old drafts of a killed program. */
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
