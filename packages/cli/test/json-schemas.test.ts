/** JSON Schemas of a contract: where they come from, and what is reported about a schema without one. */
import { defineContract } from '@sallyport/contract';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { jsonSchemas } from '../src/contract/json-schemas.ts';
import { movedTo } from '../src/contract/references.ts';

const here = new URL(import.meta.url).pathname;

/** A schema of a library without Standard JSON Schema. */
function opaque(vendor: string) {
  return { '~standard': { version: 1 as const, vendor, validate: (value: unknown) => ({ value }) } };
}

it('a value that JSON Schema cannot express is reported with the reason of the library', async () => {
  const contract = defineContract({ requests: { one: { params: z.object({ day: z.date() }) } } });
  expect(await jsonSchemas(contract, here)).toEqual({
    schemas: {},
    problems: ['requests.one.params has no JSON Schema: Date cannot be represented in JSON Schema'],
  });
});

it.each([
  ['zod', 'zod offers it from version 4.2 on'],
  ['arktype', 'arktype offers it from version 2.1.28 on'],
  ['constructor', 'its library, constructor, does not offer Standard JSON Schema'],
])('a schema of a %s without Standard JSON Schema is reported with what to do', async (vendor, hint) => {
  const contract = defineContract({ messages: { client: opaque(vendor) } });
  expect(await jsonSchemas(contract, here)).toEqual({
    schemas: {},
    problems: [`messages.client has no JSON Schema: ${hint}`],
  });
});

it('the package that valibot needs is looked up beside the contract', async () => {
  const contract = defineContract({ messages: { server: v.string() } });
  expect(await jsonSchemas(contract, here)).toEqual({
    schemas: { 'server.data': { type: 'string' } },
    problems: [],
  });
});

it('references of a schema get its new place, and values and names that look like references do not', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://example.com/schema',
    $ref: '#/definitions/a',
    properties: {
      $ref: { type: 'string' },
      default: { $ref: '#' },
      other: { $ref: 'https://example.com/b' },
    },
    definitions: { a: { anyOf: [{ $ref: '#/definitions/a' }, { enum: [{ $ref: '#' }] }] } },
    default: { $ref: '#' },
  };
  expect(movedTo('#/x', schema)).toEqual({
    $ref: '#/x/definitions/a',
    properties: {
      $ref: { type: 'string' },
      default: { $ref: '#/x' },
      other: { $ref: 'https://example.com/b' },
    },
    definitions: { a: { anyOf: [{ $ref: '#/x/definitions/a' }, { enum: [{ $ref: '#' }] }] } },
    default: { $ref: '#' },
  });
});
