/**
 * A copy of a text that shares no memory with the text that it was cut from.
 *
 * Engines keep a part of a text as a reference to the whole. A session that keeps a cookie would keep its 8 KiB header for hours.
 * Proven by: test/admission/request-view.test.ts, and tests/memory/request-context.test.ts, which measures it.
 */

export function flatCopy(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
