/**
 * The fields of a JSON message that comes from the other side: what is no object has none, and nothing here throws.
 *
 * The object has no prototype, so that only what was sent is ever found in it, whatever its fields are called.
 * Proven by: test/json.test.ts.
 */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No JSON is no object either.
  }
  return Object.setPrototypeOf(
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {},
    null,
  );
}

/** Half of a surrogate pair: JSON can write it and UTF-8 cannot, so it would arrive as another text (RFC 7493, 2.1). */
const UNPAIRED = /\p{Surrogate}/u;

/** The field, if it is text. */
export function textIn(fields: Fields, name: string): string | undefined {
  const text = fields[name];
  return typeof text === 'string' && !UNPAIRED.test(text) ? text : undefined;
}
