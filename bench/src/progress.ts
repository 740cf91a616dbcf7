/** Progress on standard error: one line that changes on a terminal, and one a step elsewhere. */
const ERASED = '\r\u001b[K';

export function progress(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `${ERASED}${text}` : `${text}\n`);
}

/** Prints a line that stays. */
export function printLine(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `${ERASED}${text}\n` : `${text}\n`);
}
