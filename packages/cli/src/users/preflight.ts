/**
 * What is looked at before anybody is asked for a password, to be typed twice for nothing. What changes meanwhile, the edit
 * itself finds. All reject with a `Refusal`, or a `UserFileError`. Proven by: test/users-terminal.test.ts.
 */
import { constants, existsSync } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problemOfName, type Users } from '@sallyport/auth';
import { exitCodes, Refusal } from '../refusal.ts';

/** Before a user is added. */
export async function requireNewUser(editor: Users, file: string, name: string): Promise<void> {
  const problem = problemOfName(name);
  if (problem !== undefined) throw new Refusal(`${file}: ${problem}`, exitCodes.ended);
  // Where there is no file, adding makes it.
  const { users } = existsSync(file) ? await editor.list() : { users: [] };
  if (users.some((user) => user.name === name))
    throw new Refusal(`${file}: there is a user ${name} already; passwd sets the password`, exitCodes.ended);
  await requireWritable(file);
}

/** Before a user is given another password. */
export async function requireEditableUser(editor: Users, file: string, name: string): Promise<void> {
  await requireUser(editor, file, name);
  await requireWritable(file);
}

/** Before a password is checked. */
export async function requireUser(editor: Users, file: string, name: string): Promise<void> {
  const { users, problems } = await editor.list();
  // A line that cannot be read may be this user's.
  if (problems.length === 0 && !users.some((user) => user.name === name))
    throw new Refusal(`${file}: there is no user ${name}`, exitCodes.ended);
}

/** A file is replaced by another in the same folder. */
async function requireWritable(file: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  try {
    await access(dirname(target), constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`${file} cannot be written (${code})`, exitCodes.unreachable);
  }
}
