/**
 * The history of messages between runs: `$XDG_STATE_HOME/sallyport/history`, one JSON string a line, oldest first. Only its
 * owner can read it. It holds messages typed at the prompt, and never an answer to a question, so no credentials.
 *
 * Several programs may append at once. Errors are ignored: a history that cannot be kept must not stop a session.
 * Proven by: test/history-file.test.ts, test/history.test.ts.
 */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateDirectory } from './state-directory.ts';

/** Entries kept at most. The oldest are deleted at the next start. */
const MOST_ENTRIES = 1_000;
/** Longer messages, in characters, are not kept. */
const MOST_CHARACTERS = 10_000;

/** The file of the history, by the environment. */
export function historyPath(env: NodeJS.ProcessEnv): string {
  return join(stateDirectory(env), 'history');
}

/** A history in a file. */
export class HistoryFile {
  readonly #file: string;
  #last: string | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** The entries, newest first; none if the file cannot be read. Lines that are not JSON strings are skipped. */
  load(): string[] {
    let lines: string[];
    try {
      lines = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
    const entries = lines.flatMap(parsed);
    const kept = entries.slice(-MOST_ENTRIES);
    if (entries.length > MOST_ENTRIES) this.#replace(kept);
    this.#last = kept.at(-1);
    return kept.reverse();
  }

  /** Appends a message, unless it repeats the last one. */
  add(message: string): void {
    if (message.trim() === '' || message === this.#last || message.length > MOST_CHARACTERS) return;
    this.#last = message;
    this.#ignoringErrors(() => {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      appendFileSync(this.#file, lineOf(message), { mode: 0o600 });
      chmodSync(this.#file, 0o600);
    });
  }

  /** Written aside and renamed, so that a reader never gets half a file. */
  #replace(entries: readonly string[]): void {
    this.#ignoringErrors(() => {
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, entries.map(lineOf).join(''), { mode: 0o600 });
      renameSync(draft, this.#file);
    });
  }

  #ignoringErrors(action: () => void): void {
    try {
      action();
    } catch {
      // The session goes on without a history file.
    }
  }
}

const lineOf = (message: string) => `${JSON.stringify(message)}\n`;

function parsed(line: string): string[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'string' ? [value] : [];
  } catch {
    return [];
  }
}
