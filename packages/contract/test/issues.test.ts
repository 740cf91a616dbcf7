/** The bounds of the issues that a client gets. */
import { defineContract, implement } from '@sallyport/contract';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect, it } from 'vitest';
import { Request, serverSession } from './ends.ts';

/** The error of a request whose parameters have these issues. */
function errorFor(issues: readonly StandardSchemaV1.Issue[]): unknown {
  const params: StandardSchemaV1 = {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) },
  };
  const contract = defineContract({ requests: { one: { params } } });
  const { requests } = implement(contract, { requests: { one() {} } });
  try {
    return requests(new Request('one', {}), serverSession());
  } catch (error) {
    return error;
  }
}

it('an answer carries the first 16 issues, and the number of the others', () => {
  const issues = Array.from({ length: 20 }, (_, index) => ({ message: `issue ${index}` }));
  expect(errorFor(issues)).toMatchObject({
    code: 'invalidParams',
    message: 'the parameters do not fit the method: issue 0',
    data: { issues: issues.slice(0, 16).map((issue) => ({ ...issue, path: [] })), omitted: 4 },
  });
});

it('an answer stays below 32 KB however long texts and paths are', () => {
  const message = 'm'.repeat(100_000);
  const path = Array.from({ length: 100 }, () => 'k'.repeat(100_000));
  const { data } = errorFor(Array.from({ length: 10_000 }, () => ({ message, path }))) as { data: object };
  expect(JSON.stringify(data).length).toBeLessThan(32 * 1_024);
  expect(data).toMatchObject({ omitted: 9_984 });
});

it('an issue keeps its path and its message only, and the path has names and indexes', () => {
  const issue = { message: 'wrong', path: ['rooms', { key: 0 }, Symbol('name')], input: 'secret' };
  expect(errorFor([issue])).toMatchObject({
    message: 'the parameters do not fit the method: rooms.0.Symbol(name): wrong',
    data: { issues: [{ message: 'wrong', path: ['rooms', 0, 'Symbol(name)'] }] },
  });
});

it('a text is not cut within a surrogate pair', () => {
  const { data } = errorFor([{ message: `${'m'.repeat(255)}😀` }]) as {
    data: { issues: { message: string }[] };
  };
  expect(data.issues[0]?.message).toBe('m'.repeat(255));
});

it('a schema that refuses without a reason is a refusal', () => {
  expect(errorFor([])).toMatchObject({
    code: 'invalidParams',
    message: 'the parameters do not fit the method: the schema gave no reason',
    data: { issues: [] },
  });
});
