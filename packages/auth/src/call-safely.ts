/**
 * Calling back whoever wants to be told: what he throws, at once or from a promise, must not end what goes on by itself.
 *
 * It is left at that: he has to mind his own errors, and there is nobody else here to tell. Proven by:
 * test/password-file.test.ts, test/throttled.test.ts.
 */
export function callSafely(callback: () => unknown): void {
  // Types let a function that gives a promise pass for one that gives nothing; its rejection would end the process.
  void (async () => callback())().catch(() => {});
}
