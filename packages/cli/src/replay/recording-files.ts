/**
 * Reads a recording with its older parts: what `FILE`, `FILE.1`, `FILE.2` and so on have of the same recording. Of `FILE.2`, the older
 * parts are `FILE.3` and so on.
 *
 * A file of another recording, from an earlier run of the server, is not a part of it. Proven by: test/replay.test.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { type Recording, RecordingError, readRecording } from '@sallyport/recording';
import { exitCodes, Refusal } from '../refusal.ts';

/** Reads the recording. Every failure is a `Refusal` that says what is wrong. */
export function loadRecording(path: string): Recording {
  const files = [{ name: path, text: readText(path) }];
  const header = headerOf(files[0]?.text ?? '');
  const numbered = /^(.+)\.([1-9]\d{0,3})$/.exec(path);
  const base = numbered?.[1] ?? path;
  for (let number = Number(numbered?.[2] ?? 0) + 1; existsSync(`${base}.${number}`); number += 1) {
    const name = `${base}.${number}`;
    const text = readText(name);
    if (headerOf(text) !== header) break;
    files.unshift({ name, text });
  }
  return refusing(() => readRecording(files));
}

/** Runs it. A `RecordingError` becomes a `Refusal`. */
export function refusing<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof RecordingError) throw new Refusal(error.message, exitCodes.unreachable);
    throw error;
  }
}

function headerOf(text: string): string {
  return text.split('\n', 1)[0] as string;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'this user may not read it',
      EISDIR: 'it is a folder',
    };
    throw new Refusal(`${path}: ${reasons[code ?? ''] ?? message}`, exitCodes.unreachable);
  }
}
