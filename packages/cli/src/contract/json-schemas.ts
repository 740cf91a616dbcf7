/**
 * The JSON Schemas of a contract's schemas, as far as their libraries offer them by Standard JSON Schema
 * (https://standardschema.dev/json-schema). It reads no private field of a library. Proven by: test/json-schemas.test.ts.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContractDefinition } from '@sallyport/contract';
import { channelKeys } from './channel-keys.ts';
import { type JsonSchema, movedTo } from './references.ts';

/** The schemas of a contract that have a JSON Schema, by the names that they have in the document. */
export type JsonSchemas = Readonly<Record<string, JsonSchema>>;

type Schema = NonNullable<NonNullable<ContractDefinition['messages']>['client']>;
type Side = 'input' | 'output';
/** AsyncAPI's own dialect extends this one. */
const OPTIONS = { target: 'draft-07' };

/** The converter of Standard JSON Schema, which is beside `validate` where a library offers it. */
type Converter = Readonly<Record<Side, (options: typeof OPTIONS) => JsonSchema>>;

/** Where a schema of the document comes from. */
interface Place {
  readonly key: string;
  /** The field of the contract. */
  readonly field: string;
  readonly schema: Schema;
  readonly side: Side;
}

/**
 * The JSON Schemas, and a line about each schema without one. `file` has the contract; packages that it may use are looked up
 * from there.
 */
export async function jsonSchemas(
  contract: ContractDefinition,
  file: string,
): Promise<{ schemas: JsonSchemas; problems: readonly string[] }> {
  const schemas: Record<string, JsonSchema> = {};
  const problems: string[] = [];
  const places = placesOf(contract);
  const valibot = places.some(({ schema }) => vendorOf(schema) === 'valibot' && !converterOf(schema))
    ? await toStandardJsonSchema(file)
    : undefined;
  for (const { key, field, schema, side } of places) {
    try {
      const isBare = vendorOf(schema) === 'valibot' && !converterOf(schema);
      const converter = converterOf(isBare && valibot ? valibot(schema) : schema);
      if (!converter) problems.push(`${field} has no JSON Schema: ${hintFor(vendorOf(schema))}`);
      else schemas[key] = movedTo(`#/components/schemas/${key}`, converter[side](OPTIONS));
    } catch (error) {
      const [line] = String(error instanceof Error ? error.message : error).split('\n');
      problems.push(`${field} has no JSON Schema: ${line}`);
    }
  }
  // A publication has two places, for what clients send and for what they get.
  return { schemas, problems: [...new Set(problems)] };
}

/** What goes over the wire: the input of what clients send, and the output of what the server sends. */
function placesOf(contract: ContractDefinition): Place[] {
  const { requests = {}, messages = {}, channels = {} } = contract;
  const place = (key: string, field: string, schema: Schema | undefined, side: Side): Place[] =>
    schema ? [{ key, field, schema, side }] : [];
  return [
    ...Object.entries(requests).flatMap(([name, { params, result }]) => [
      ...place(`${name}.params`, `requests.${name}.params`, params, 'input'),
      ...place(`${name}.result`, `requests.${name}.result`, result, 'output'),
    ]),
    ...place('client.data', 'messages.client', messages.client, 'input'),
    ...place('server.data', 'messages.server', messages.server, 'output'),
    ...[...channelKeys(contract)].flatMap(([pattern, key]) => {
      const [field, schema] = [`channels['${pattern}'].publication`, channels[pattern]?.publication];
      return [
        ...place(`${key}.publish`, field, schema, 'input'),
        ...place(`${key}.publication`, field, schema, 'output'),
      ];
    }),
  ];
}

function vendorOf(schema: Schema): string {
  return String(schema['~standard'].vendor);
}

function converterOf(schema: Schema): Converter | undefined {
  const converter: unknown = Reflect.get(schema['~standard'], 'jsonSchema');
  return typeof converter === 'object' && converter !== null ? (converter as Converter) : undefined;
}

/** The function of valibot's package that adds Standard JSON Schema to a schema, if the contract's project has the package. */
async function toStandardJsonSchema(file: string): Promise<((schema: Schema) => Schema) | undefined> {
  try {
    const path = createRequire(resolve(file)).resolve('@valibot/to-json-schema');
    const library: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
    const convert = library['toStandardJsonSchema'];
    return typeof convert === 'function' ? (convert as (schema: Schema) => Schema) : undefined;
  } catch {
    return undefined;
  }
}

const HINTS: Readonly<Record<string, string>> = {
  zod: 'zod offers it from version 4.2 on',
  arktype: 'arktype offers it from version 2.1.28 on',
  valibot: 'install @valibot/to-json-schema 1.5 or later beside the contract',
};

function hintFor(vendor: string): string {
  return Object.hasOwn(HINTS, vendor)
    ? String(HINTS[vendor])
    : `its library, ${vendor}, does not offer Standard JSON Schema`;
}
