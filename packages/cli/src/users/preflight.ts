/**
 * Checks before the program asks for a password, so that a user does not type it twice in vain. The edit itself finds what
 * changes later. Each function rejects with a `Refusal` or a `UserFileError`. Proven by: test/users-terminal.test.ts.
 */
import { constants, existsSync } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problemOfName, type Users } from '@sallyport/auth';
import { exitCodes, Refusal } from '../refusal.ts';

/** Checks that a user of this name can be added. */
export async function requireNewUser(editor: Users, file: string, name: string): Promise<void> {
  const problem = problemOfName(name);
  if (problem !== undefined) throw new Refusal(`${file}: ${problem}`, exitCodes.ended);
  // Adding a user creates a missing file.
  const { users } = existsSync(file) ? await editor.list() : { users: [] };
  if (users.some((user) => user.name === name))
    throw new Refusal(
      `${file}: there is a user ${name} already; use passwd to change the password`,
      exitCodes.ended,
    );
  await requireWritable(file);
}

/** Checks that the password of this user can be changed. */
export async function requireEditableUser(editor: Users, file: string, name: string): Promise<void> {
  await requireUser(editor, file, name);
  await requireWritable(file);
}

/** Checks that the file has this user. */
export async function requireUser(editor: Users, file: string, name: string): Promise<void> {
  const { users, problems } = await editor.list();
  // An unreadable line may belong to this user.
  if (problems.length === 0 && !users.some((user) => user.name === name))
    throw new Refusal(`${file}: there is no user ${name}`, exitCodes.ended);
}

/** Checks the folder: an edit replaces the file by a new one in the same folder. */
async function requireWritable(file: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  try {
    await access(dirname(target), constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`${file} cannot be written (${code})`, exitCodes.unreachable);
  }
}
