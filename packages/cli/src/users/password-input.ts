/**
 * Where a new password, or one to be checked, comes from: a person at a terminal, who types it unseen; or standard input.
 * Proven by: test/users.test.ts, test/users-terminal.test.ts.
 */
import { byteLines } from '../byte-lines.ts';
import { LineEditor } from '../line-editor.ts';
import { exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintableName } from '../strip-unprintable.ts';

export interface PasswordRequest {
  readonly user: string;
  readonly fromStdin: boolean;
  /** Typed twice, since nobody sees it. */
  readonly isNew: boolean;
}

/** Rejects with a `Refusal`, also where the person has left. */
export async function passwordFor({ user, fromStdin, isNew }: PasswordRequest): Promise<string> {
  if (fromStdin) return passwordOnStdin();
  if (!process.stdin.isTTY)
    throw new Refusal('standard input is no terminal: give the password there by --stdin');
  // Standard output has the result, and may go elsewhere.
  const editor = new LineEditor(process.stdin, process.stderr);
  try {
    return await new Promise<string>((resolve, reject) => {
      editor.onExit = () => {
        editor.finish();
        reject(new Refusal('left, and nothing was changed', exitCodes.ended));
      };
      const name = stripUnprintableName(user);
      if (!isNew) return editor.ask(`Password of ${name}: `, true, resolve);
      const askTwice = () =>
        editor.ask(`New password of ${name}: `, true, (password) =>
          editor.ask('The same again: ', true, (again) => {
            if (password !== '' && password === again) return resolve(password);
            editor.printAbove(password === '' ? 'It is empty: once more.' : 'They differ: once more.');
            askTwice();
          }),
        );
      askTwice();
    });
  } finally {
    editor.close();
    process.stdin.unref();
  }
}

async function passwordOnStdin(): Promise<string> {
  const lines: Buffer[] = [];
  for await (const line of byteLines(process.stdin)) {
    lines.push(line);
    if (lines.length > 1)
      throw new Refusal('--stdin: there must be one line, the password, and nothing after it');
  }
  const [bytes] = lines;
  if (!bytes || bytes.length === 0) throw new Refusal('--stdin: standard input has no password');
  const text = bytes.toString();
  // What a decoder replaces, nobody could type again.
  if (!Buffer.from(text).equals(bytes)) throw new Refusal('--stdin: the password is not in UTF-8');
  return text.replace(/\r$/, '');
}
