/**
 * The schema of the configuration, made of all settings. It checks the values of every source, and describes the file for editors.
 *
 * `configuration.schema.json` of this package is its JSON Schema. Proven by: test/configuration/schema.test.ts.
 */
import { optional, strictObject, string, type ZodMiniOptional, type ZodMiniType } from 'zod/mini';
import { type Key, settings } from './keys.ts';

const fields = Object.fromEntries(
  Object.entries(settings).map(([key, { schema }]) => [key, optional(schema)]),
) as Record<Key, ZodMiniOptional<ZodMiniType>>;

/** What a file may have: every setting, and `$schema` for editors. */
export const configurationSchema = strictObject({ $schema: optional(string()), ...fields });
