/**
 * Moves a JSON Schema into a document. A reference within a schema is relative to the root of its document, so each one gets the
 * new place in front. Proven by: test/json-schemas.test.ts.
 */

/** A JSON Schema as its library made it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords with values, not schemas. */
const VALUES = new Set(['const', 'enum', 'default', 'examples']);
/** Keywords with schemas by names. A name there is not a keyword. */
const NAMED = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas']);

/** The schema for this place, such as `#/components/schemas/NAME`. Without `$schema` and `$id`, which belong to a document of its own. */
export function movedTo(place: string, schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return moved(place, rest) as JsonSchema;
}

function moved(place: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(place, one));
  if (typeof value !== 'object' || value === null) return value;
  return mapped(value, (name, one) => {
    if (name === '$ref' && typeof one === 'string') return one.startsWith('#') ? place + one.slice(1) : one;
    if (VALUES.has(name)) return one;
    if (NAMED.has(name) && typeof one === 'object' && one !== null)
      return mapped(one, (_, schema) => moved(place, schema));
    return moved(place, one);
  });
}

function mapped(value: object, map: (name: string, one: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, map(name, one)]));
}
