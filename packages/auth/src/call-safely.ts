/**
 * Runs a callback of the caller and ignores what it throws or rejects with, so that a mistake in it ends no sign-in and no process.
 *
 * Proven by: test/password-file.test.ts, test/throttled.test.ts.
 */
export function callSafely(callback: () => unknown): void {
  // TypeScript accepts an async function as a callback that returns nothing; its rejection would end the process.
  void (async () => callback())().catch(() => {});
}
