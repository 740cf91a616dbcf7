/** A token from a file. The client reads the file again for each sign-in, so another program can renew the token there. */
import { readFileSync } from 'node:fs';
import { canBeToken } from '@sallyport/protocol';
import { Refusal } from '../refusal.ts';

/** Returns the token. Throws a `Refusal`, which never quotes the file. */
export function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Refusal(`--token-file: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const token = text.replace(/^Bearer +/i, '');
  if (!canBeToken(token)) throw new Refusal(`--token-file: ${file} must hold one token and nothing else`);
  return token;
}
