/** JSON for reading. Proven by: test/pretty-json.test.ts. */

/** A JSON object or array with one member a line; other text unchanged. For display only: it parses the numbers. */
export function prettyJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
