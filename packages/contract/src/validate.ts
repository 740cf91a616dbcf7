/** Applies the schemas of a contract to values. Proven by: test/implement.test.ts. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ContractError } from './contract-error.ts';
import { boundedIssues, type Issues } from './issues.ts';

/** Makes the error for issues. It depends on which side is at fault. */
export type ErrorOfIssues = (issues: Issues) => Error;

/** The value that the schema returns, now or later. Throws, or rejects with, the error for the issues. */
export function validate(
  schema: StandardSchemaV1,
  value: unknown,
  errorOf: ErrorOfIssues,
): unknown | PromiseLike<unknown> {
  const result = schema['~standard'].validate(value);
  return isPromise(result) ? result.then((settled) => outputOf(settled, errorOf)) : outputOf(result, errorOf);
}

/**
 * The value that the schema returns at once. Messages keep their order, and none may wait for a schema. So a schema that returns a
 * promise is at fault: throws a `ContractError` that begins with `what`.
 */
export function validateNow(
  schema: StandardSchemaV1,
  value: unknown,
  what: string,
  errorOf: ErrorOfIssues,
): unknown {
  const result = schema['~standard'].validate(value);
  if (!isPromise(result)) return outputOf(result, errorOf);
  // The promise may reject, and nothing else handles that.
  result.then(undefined, () => {});
  throw new ContractError(
    what,
    'has a schema that returned a promise; a schema of messages must be synchronous',
  );
}

/** Whether a value is a promise, of this realm or of another. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function outputOf(result: StandardSchemaV1.Result<unknown>, errorOf: ErrorOfIssues): unknown {
  if (result.issues) throw errorOf(boundedIssues(result.issues));
  return result.value;
}
