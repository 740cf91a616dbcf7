/**
 * Reads a password: hidden input at a terminal, or one line of standard input.
 * Proven by: test/users.test.ts, test/users-terminal.test.ts.
 */
import { byteLinesOfText } from '../byte-lines.ts';
import { LineEditor } from '../line-editor.ts';
import { exitCodes, Refusal } from '../refusal.ts';
import { stripUnprintableName } from '../strip-unprintable.ts';

export interface PasswordRequest {
  /** The user's name, for the question. */
  readonly user: string;
  /** Read one line of standard input instead of asking. */
  readonly fromStdin: boolean;
  /** Ask twice and compare, because the input is hidden. */
  readonly isNew: boolean;
}

/** Resolves to the password. Rejects with a `Refusal`, also when the user leaves. */
export async function passwordFor({ user, fromStdin, isNew }: PasswordRequest): Promise<string> {
  if (fromStdin) return passwordOnStdin();
  if (!process.stdin.isTTY)
    throw new Refusal('standard input is not a terminal: pass the password there with --stdin');
  // The questions go to standard error: standard output holds the result and may be redirected.
  const editor = new LineEditor(process.stdin, process.stderr);
  try {
    return await new Promise<string>((resolve, reject) => {
      editor.onExit = () => {
        editor.finish();
        reject(new Refusal('cancelled; nothing was changed', exitCodes.ended));
      };
      const name = stripUnprintableName(user);
      if (!isNew) return editor.ask(`Password of ${name}: `, true, resolve);
      const askTwice = () =>
        editor.ask(`New password of ${name}: `, true, (password) =>
          editor.ask('Repeat the password: ', true, (again) => {
            if (password !== '' && password === again) return resolve(password);
            editor.printAbove(
              password === '' ? 'The password is empty. Try again.' : 'The passwords differ. Try again.',
            );
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
  for await (const line of byteLinesOfText(process.stdin)) {
    lines.push(line);
    if (lines.length > 1) throw new Refusal('--stdin: standard input must be one line, the password');
  }
  const [bytes] = lines;
  if (!bytes || bytes.length === 0) throw new Refusal('--stdin: standard input has no password');
  const text = bytes.toString();
  // A decoder would replace invalid bytes, and no user could type the result.
  if (!Buffer.from(text).equals(bytes)) throw new Refusal('--stdin: the password is not in UTF-8');
  return text.replace(/\r$/, '');
}
