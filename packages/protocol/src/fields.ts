/**
 * The fields of a received JSON message. Text that is not a JSON object has no fields; nothing here throws.
 *
 * The object has no prototype, so that it holds only fields that were sent, whatever their names.
 * Proven by: test/json.test.ts.
 */
/** The fields of a JSON object, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a text that should be a JSON object. */
export function fieldsOf(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: no fields.
  }
  return Object.setPrototypeOf(
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {},
    null,
  );
}

/** The fields of a value inside a message. A value that is not an object has none. */
export function recordOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** An unpaired surrogate: JSON can write it and UTF-8 cannot, so the text would change on its way (RFC 7493, 2.1). */
const UNPAIRED = /\p{Surrogate}/u;

/** Whether a text has no unpaired surrogate. */
export const isWellFormed = (text: string): boolean => !UNPAIRED.test(text);

/** The field, if it is well-formed text. */
export function textIn(fields: Fields, name: string): string | undefined {
  const text = fields[name];
  return typeof text === 'string' && isWellFormed(text) ? text : undefined;
}
