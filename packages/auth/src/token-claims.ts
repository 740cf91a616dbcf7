/**
 * The claims of a token that become claims of its identity: all of them, or what a schema makes of them.
 *
 * The schema follows Standard Schema v1 (https://standardschema.dev), as those of zod, valibot and arktype do. Proven by: test/token-claims.test.ts.
 */
import { UsageError } from '@sallyport/core';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** The schema of the claims of a token. */
export type ClaimsSchema = StandardSchemaV1<unknown, object>;

type AnyClaims = Readonly<Record<string, unknown>>;

/** The claims of the identity. Undefined if the claims of the token do not fit the schema. */
export type ClaimsReader = (claims: AnyClaims) => Promise<AnyClaims | undefined>;

/** Throws a `UsageError` for a value that is not a schema. */
export function claimsReader(schema: ClaimsSchema | undefined): ClaimsReader {
  if (schema === undefined) return async (claims) => claims;
  // Some libraries have schemas that are functions.
  if (typeof Object(schema)['~standard']?.validate !== 'function')
    throw new UsageError('claims', 'must be a schema that follows Standard Schema v1', schema);
  return async (claims) => {
    const outcome = await schema['~standard'].validate(claims);
    if (outcome.issues) return undefined;
    // The value is not shown: claims may hold a secret.
    if (typeof outcome.value !== 'object' || outcome.value === null)
      throw new TypeError('the schema of the option claims returned no object');
    return outcome.value as AnyClaims;
  };
}
